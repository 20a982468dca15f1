"""What `scope --json mime` says of messages, for the comparisons with others."""
import json
import subprocess

BATCH = 250


def documents(scope, files):
    """Yields the document of each file."""
    for at in range(0, len(files), BATCH):
        command = [scope, "--json", "mime", *files[at : at + BATCH]]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        for line in output.splitlines():
            yield json.loads(line)


def octets_of(file):
    with open(file, "rb") as opened:
        return opened.read()


def nodes(part):
    """A part and all in it, depth first."""
    yield part
    for child in part["children"]:
        yield from nodes(child)
