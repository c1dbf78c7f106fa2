"""Web Push: telling closed phones and desktops that something waits.

`pushing` sees what was committed and has due rows do the rest (`jobs/`); `courier` sends one
notification to one device, `crypto` seals it so that no push service reads it, `vapid` says who
sends it, `words` says how it reads. Whom to tell is asked of `storage.queries.push`.
"""

from __future__ import annotations

from chat.push.courier import Courier
from chat.push.pushing import Pushing
from chat.push.vapid import Vapid

__all__ = ["Courier", "Pushing", "Vapid"]
