"""``/privacy.json``: what this program keeps and what it does not, for everybody to read (SAFETY P9)."""

from litestar import MediaType, Response, get

from directory.privacy.kept import privacy_json


@get("/privacy.json", media_type=MediaType.JSON)
async def privacy() -> Response[bytes]:
    """The register of what is kept: the same bytes for every visitor and in every deployment of this version."""
    return Response(privacy_json(), media_type=MediaType.JSON)
