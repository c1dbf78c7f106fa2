"""Who takes part, by the names used in the JSON."""

from bench.contestants.base import Contestant
from bench.contestants.peers import NodeSocketIo, PythonSocketIo, Socketify
from bench.contestants.tertulia import Tertulia
from bench.contestants.toys import Tutorial, WebsocketsBroadcast

OURS = ("tertulia", "tertulia_postgresql")
"""Where these fail, the bench fails."""

CONTESTANTS: dict[str, Contestant] = {
    contestant.name: contestant
    for contestant in (
        Tertulia(),
        Tutorial(),
        WebsocketsBroadcast(),
        PythonSocketIo(),
        NodeSocketIo(),
        Socketify(),
    )
}

SPEAKING: dict[str, Contestant] = {
    **CONTESTANTS,
    "tertulia_postgresql": Tertulia("tertulia_postgresql"),
}
"""Also those that take part in some scenarios only: whose language the load speaks."""
