"""A file of paper as an answer."""

from litestar import Response

from web.paper.drawing import FILE_NAME


def file_to_keep(drawn: bytes) -> Response[bytes]:
    """A download whose name tells nothing."""
    headers = {"content-disposition": f'attachment; filename="{FILE_NAME}"'}
    return Response(drawn, media_type="application/pdf", headers=headers)
