"""Serve the built book: ``python -m tools.serve --port 8000``."""

import argparse
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SITE = Path(__file__).resolve().parents[1] / "_build" / "site"


def main() -> int:
    """Serve until Ctrl-C; return the exit status."""
    parser = argparse.ArgumentParser(description="Serve the built book on this machine.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--site", type=Path, default=SITE, help="folder that is served")
    arguments = parser.parse_args()
    if not (arguments.site / "index.html").exists():
        print("serve: the book is not built yet; run make book first.", file=sys.stderr)
        return 1
    handler = partial(SimpleHTTPRequestHandler, directory=str(arguments.site))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", arguments.port), handler)
    except (OSError, OverflowError) as error:
        print(
            f"serve: port {arguments.port} cannot be used ({error}); "
            f"choose another one, for example make serve PORT={arguments.port % 60000 + 1024}.",
            file=sys.stderr,
        )
        return 1
    with server:
        print(
            f"The book is at http://localhost:{server.server_port}/ (Ctrl-C ends it).", flush=True
        )
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
