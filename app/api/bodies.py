"""Bodies of questions: JSON, whatever their header calls them, of the form their endpoint asks for."""

from typing import Any

from litestar import Request

from app.json_forms import as_form, read_plain


class Question(Request[Any, Any, Any]):
    """A request whose body is JSON, whatever its header calls it."""

    async def json(self) -> Any:
        """
        The body as plain values.

        Raises:
            BadQuestion: It is no JSON, nested beyond measure, or not of the form the endpoint asks for.
        """
        plain = read_plain(await self.body())
        field = self.route_handler.parsed_data_field
        if field is not None:
            as_form(plain, field.annotation)
        return plain
