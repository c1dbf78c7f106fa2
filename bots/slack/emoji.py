"""Emoji by name, as Slack speaks of them: `:wave:` is 👋, in texts and as reactions.

The usual ones by the names that everybody uses; any other single character by its Unicode name, and
what has neither by its code points (`u1f469-200d-1f680`). All of it reversible.
"""

from __future__ import annotations

# ruff: noqa: RUF001 - these are meant
import re
import unicodedata

_USUAL = """
+1 👍|-1 👎|heart ❤️|joy 😂|tada 🎉|thinking_face 🤔|eyes 👀|wave 👋|pray 🙏|clap 👏|fire 🔥
rocket 🚀|100 💯|smile 😄|smiley 😃|grinning 😀|grin 😁|laughing 😆|sweat_smile 😅
rolling_on_the_floor_laughing 🤣|wink 😉|blush 😊|innocent 😇|slightly_smiling_face 🙂
upside_down_face 🙃|heart_eyes 😍|kissing_heart 😘|yum 😋|stuck_out_tongue 😛
stuck_out_tongue_winking_eye 😜|hugging_face 🤗|nerd_face 🤓|sunglasses 😎|star-struck 🤩
partying_face 🥳|smirk 😏|unamused 😒|disappointed 😞|pensive 😔|worried 😟|confused 😕
slightly_frowning_face 🙁|cry 😢|sob 😭|triumph 😤|angry 😠|rage 😡|exploding_head 🤯
flushed 😳|scream 😱|fearful 😨|cold_sweat 😰|sweat 😓|neutral_face 😐|expressionless 😑
face_with_rolling_eyes 🙄|grimacing 😬|sleeping 😴|sleepy 😪|mask 😷|face_with_thermometer 🤒
skull 💀|ghost 👻|alien 👽|robot_face 🤖|poop 💩|smiley_cat 😺|see_no_evil 🙈|hear_no_evil 🙉
speak_no_evil 🙊|raised_hands 🙌|open_hands 👐|ok_hand 👌|handshake 🤝|v ✌️
crossed_fingers 🤞|muscle 💪|point_up ☝️|point_up_2 👆|point_down 👇|point_left 👈
point_right 👉|raised_hand ✋|hand ✋|punch 👊|fist ✊|writing_hand ✍️|brain 🧠
bust_in_silhouette 👤|baby 👶|man 👨|woman 👩|shrug 🤷|facepalm 🤦|bow 🙇|runner 🏃|dancer 💃
dog 🐶|cat 🐱|mouse 🐭|bear 🐻|panda_face 🐼|lion_face 🦁|monkey_face 🐵|chicken 🐔|penguin 🐧
bird 🐦|owl 🦉|unicorn_face 🦄|bee 🐝|bug 🐛|snail 🐌|turtle 🐢|octopus 🐙|whale 🐳|dolphin 🐬
butterfly 🦋|cactus 🌵|evergreen_tree 🌲|palm_tree 🌴|seedling 🌱|herb 🌿|four_leaf_clover 🍀
maple_leaf 🍁|mushroom 🍄|bouquet 💐|tulip 🌷|rose 🌹|sunflower 🌻|sunny ☀️|partly_sunny ⛅
cloud ☁️|rainbow 🌈|umbrella ☔|snowflake ❄️|snowman ⛄|star ⭐|star2 🌟|sparkles ✨|zap ⚡
ocean 🌊|earth_africa 🌍|moon 🌔|full_moon 🌕|apple 🍎|banana 🍌|watermelon 🍉|grapes 🍇
strawberry 🍓|lemon 🍋|bread 🍞|cheese_wedge 🧀|egg 🥚|pizza 🍕|hamburger 🍔|fries 🍟
cookie 🍪|cake 🍰|birthday 🎂|coffee ☕|tea 🍵|beer 🍺|beers 🍻|wine_glass 🍷|champagne 🍾
soccer ⚽|basketball 🏀|trophy 🏆|medal 🏅|dart 🎯|art 🎨|musical_note 🎵|notes 🎶|guitar 🎸
microphone 🎤|headphones 🎧|movie_camera 🎥|camera 📷|tv 📺|computer 💻|iphone 📱|bulb 💡
battery 🔋|books 📚|book 📖|notebook 📓|newspaper 📰|bookmark 🔖|memo 📝|pencil2 ✏️
pushpin 📌|paperclip 📎|scissors ✂️|calendar 📆|date 📅|clipboard 📋|bar_chart 📊
chart_with_upwards_trend 📈|file_folder 📁|mailbox 📫|email 📧|envelope ✉️|package 📦
inbox_tray 📥|outbox_tray 📤|loudspeaker 📢|mega 📣|bell 🔔|no_bell 🔕|mag 🔍|lock 🔒
unlock 🔓|key 🔑|hammer 🔨|wrench 🔧|gear ⚙️|link 🔗|microscope 🔬|telescope 🔭|hourglass ⌛
hourglass_flowing_sand ⏳|alarm_clock ⏰|watch ⌚|stopwatch ⏱️|moneybag 💰|gift 🎁|balloon 🎈
confetti_ball 🎊|house 🏠|school 🏫|office 🏢|hospital 🏥|car 🚗|bus 🚌|train 🚆|bike 🚲
airplane ✈️|ship 🚢|construction 🚧|rotating_light 🚨|white_check_mark ✅
heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|o ⭕
no_entry ⛔|no_entry_sign 🚫|warning ⚠️|question ❓|grey_question ❔|exclamation ❗
heavy_exclamation_mark ❗|bangbang ‼️|heavy_plus_sign ➕|heavy_minus_sign ➖|recycle ♻️
arrow_up ⬆️|arrow_down ⬇️|arrow_left ⬅️|arrow_right ➡️|arrows_counterclockwise 🔄|back 🔙
end 🔚|soon 🔜|new 🆕|free 🆓|up 🆙|ok 🆗|sos 🆘|information_source ℹ️|speech_balloon 💬
thought_balloon 💭|zzz 💤|dash 💨|boom 💥|sweat_drops 💦|anger 💢|orange_heart 🧡
yellow_heart 💛|green_heart 💚|blue_heart 💙|purple_heart 💜|black_heart 🖤|white_heart 🤍
broken_heart 💔|two_hearts 💕|sparkling_heart 💖|gem 💎|crown 👑|mortar_board 🎓|red_circle 🔴
large_blue_circle 🔵|large_green_circle 🟢|large_yellow_circle 🟡|white_circle ⚪
black_circle ⚫|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣
nine 9️⃣|keycap_ten 🔟|zero 0️⃣
"""

_CALLED = [entry.partition(" ") for entry in _USUAL.replace("\n", "|").split("|") if entry]
_AS = {name: char for name, _, char in _CALLED} | {
    "thumbsup": "👍",
    "thumbsdown": "👎",
    "thinking": "🤔",
}
_NAME: dict[str, str] = {}
for _name, _, _char in _CALLED:
    _NAME.setdefault(_char, _name)
    _NAME.setdefault(_char.rstrip("\ufe0f"), _name)

_POINTS = re.compile(r"u([0-9a-f]{2,6}(?:-[0-9a-f]{2,6})*)")
_SHORT = re.compile(r":([a-z0-9_+'-]{1,100}):")
_PICTURES = re.compile("|".join(sorted(map(re.escape, _NAME), key=len, reverse=True)))


def name(char: str) -> str:
    """What an emoji is called, without colons. A name passes as it is."""
    if char in _NAME:
        return _NAME[char]
    if char.isascii():
        return char.strip(":")
    if len(char) == 1:
        called = unicodedata.name(char, "").lower().replace(" ", "_")
        if called and unicodedata.category(char)[0] == "S" and _SHORT.fullmatch(f":{called}:"):
            return called
    return "u" + "-".join(f"{ord(c):x}" for c in char)


def char(name: str) -> str:
    """The inverse of `name`; what is no emoji's name passes as it is (without a skin's tone)."""
    called = name.strip().strip(":").partition("::")[0]
    if called in _AS:
        return _AS[called]
    if found := _POINTS.fullmatch(called):
        points = [int(point, 16) for point in found[1].split("-")]
        if all(point < 0x110000 and not 0xD800 <= point < 0xE000 for point in points):
            return "".join(map(chr, points))
    try:
        picture = unicodedata.lookup(called.replace("_", " ").upper())
    except KeyError:
        return called
    return picture if unicodedata.category(picture)[0] == "S" else called


def _picture(found: re.Match[str]) -> str:
    picture = char(found[1])
    return found[0] if picture == found[1] else picture


def pictures(text: str) -> str:
    """A text with `:names:` drawn."""
    return _SHORT.sub(_picture, text)


def names(text: str) -> str:
    """A text with the usual emoji named."""
    return _PICTURES.sub(lambda found: f":{_NAME[found[0]]}:", text)
