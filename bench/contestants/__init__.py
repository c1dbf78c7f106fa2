"""Who takes part, by the names used in the JSON."""

from bench.contestants.base import Contestant
from bench.contestants.peers import NodeSocketIo, PythonSocketIo, Socketify
from bench.contestants.tertulia import Tertulia
from bench.contestants.toys import Tutorial, WebsocketsBroadcast

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
