"""The web process: pages and live streams on one port."""

import resource
import socket

import uvicorn

from . import lifeline

BACKLOG = 4096
STOP_SECONDS = 4


class PortTaken(Exception):
    """Somebody else listens there."""


class Server(uvicorn.Server):
    """Ends the streams first when it stops: otherwise it would wait for readers who never leave."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop within a few seconds, streams open or not."""
        from visavis.project.asgi import application  # noqa: PLC0415 — sets Django up, which the supervisor must not

        application.hub.close()
        await super().shutdown(sockets)


def serve(*, host: str, port: int) -> None:
    """Answer on this address until told to stop."""
    lifeline.follow()
    open_more_files()
    listening = listen(host, port)
    config = uvicorn.Config(
        "visavis.project.asgi:application",
        http="httptools",
        loop="uvloop",
        ws="none",
        lifespan="on",
        access_log=False,  # ours names routes, never paths
        log_config=None,
        proxy_headers=False,  # Django reads them, when VISAVIS_TRUSTED_PROXIES says that there is a proxy
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    Server(config).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there, or raise PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise PortTaken(f"{host}:{port}") from error
    listening.listen(BACKLOG)
    listening.set_inheritable(True)
    return listening


def open_more_files() -> None:
    """Take all the open files that the system allows: each stream is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
