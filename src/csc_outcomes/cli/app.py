"""The application: its verbs, and what becomes of a user's mistake."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from csc_outcomes.cli import calculating, cataloguing, checking, demo, publishing, synthesising
from csc_outcomes.cli.screen import complain
from csc_outcomes.errors import CscOutcomesError, UnknownNameError

CANNOT_ANSWER, WRONG_USE = 1, 2


class Guarded(TyperGroup):
    """A group whose commands answer a user's mistake with a message and an exit code, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a wrong name is wrong use, any other refusal is the data's."""
        try:
            return super().invoke(ctx)
        except UnknownNameError as error:
            complain(str(error))
            raise typer.Exit(WRONG_USE) from None
        except CscOutcomesError as error:
            complain(str(error))
            raise typer.Exit(CANNOT_ANSWER) from None
        except OSError as error:
            # strerror and the file's name; the message of an operating system holds nothing from a file.
            complain(f"{error.filename or 'file'}: {error.strerror or type(error).__name__}")
            raise typer.Exit(WRONG_USE) from None


app = typer.Typer(
    cls=Guarded,
    help="One definition of each children's social care outcome, the same number for everyone with the "
    "same data.",
    epilog="Exit codes: 0 done, 1 the data cannot answer (and why is said), 2 the command is not as it "
    "must be.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(value: bool) -> None:
    if value:
        import csc_outcomes

        typer.echo(csc_outcomes.__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that stand before a verb."""


app.command("demo")(demo.demo)
app.command("list")(cataloguing.list_measures)
app.command("describe")(cataloguing.describe)
app.command("fields")(cataloguing.fields)
app.command("check")(checking.check)
app.command("calculate")(calculating.calculate)
app.command("synthesise")(synthesising.synthesise)
app.add_typer(publishing.published, name="published")
