"""One catchment of an entry: its pieces of each kind in one form, and what they leave out."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lintel.directory.entry import Document
from lintel.directory.forms.entry_fields import LinesField, PostcodePartsField, PracticesField
from lintel.directory.forms.entry_rows import RowForm
from lintel.directory.queries.touching import areas_named, names_of
from lintel.directory.shapes import read_drawn
from lintel.directory.states import AreaKind, CatchmentKind
from lintel.kernel.errors import Invalid
from lintel.web.fields import PlainDateField

LARGEST_FILE = 1_000_000
PRIORITIES = [
    ("1", "1: before everybody else"),
    *((str(n), str(n)) for n in range(2, 5)),
    ("5", "5: the usual"),
    *((str(n), str(n)) for n in range(6, 9)),
    ("9", "9: when there is nobody else"),
]
# Field -> kind and whether it leaves out.
CODED = {
    "areas": (CatchmentKind.AREAS, False),
    "postcodes": (CatchmentKind.POSTCODES, False),
    "practices": (CatchmentKind.GP, False),
    "but_areas": (CatchmentKind.AREAS, True),
    "but_postcodes": (CatchmentKind.POSTCODES, True),
}


class AreasField(LinesField):
    """Local areas, a line each: a name, or a code before a name. The value: (code, name)."""

    def read(self, line: str) -> tuple[str, str]:
        """The one area that the line names; ValidationError lists those that it could be."""
        by_code = areas_named(line.split()[0])
        if len(line.split()) > 1 and len(by_code) == 1 and _is_code(by_code[0].code, line):
            return by_code[0].code, by_code[0].name
        found = areas_named(line)
        if len(found) == 1:
            return found[0].code, found[0].name
        if not found:
            raise ValidationError(f"There is no area called “{line[:60]}”")
        fitting = ", ".join(
            f"{one.code} {one.name} ({AreaKind(one.kind).label.lower()})" for one in found[:6]
        )
        raise ValidationError(f"“{line[:60]}” could be: {fitting}. Write the one with its code")

    def show(self, item: Any) -> str:
        """The code and the name."""
        return " ".join(item) if isinstance(item, tuple | list) else str(item)


def _is_code(code: str, line: str) -> bool:
    return line.split()[0].upper() == code.upper()


class CatchmentForm(RowForm):
    """A catchment: at least one piece that holds something."""

    whole = forms.BooleanField(label="The whole partnership", required=False)
    areas = AreasField(
        label="Wards, councils or neighbourhoods",
        required=False,
        max_length=20_000,
        help_text="Names, one on each line. If two have the same name you are asked which.",
    )
    postcodes = PostcodePartsField(
        label="Postcode districts or sectors",
        required=False,
        max_length=20_000,
        help_text="For example QX1, QX2 3. Separate them with commas or lines.",
    )
    practices = PracticesField(
        label="People registered with these GP practices",
        required=False,
        max_length=20_000,
        help_text="Their codes, like Y01234.",
    )
    drawn = forms.CharField(
        label="An area drawn on a map",
        required=False,
        max_length=LARGEST_FILE,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="Paste it as GeoJSON, from any map program. Leave empty if there is none.",
    )
    file = forms.FileField(
        label="Or a GeoJSON file", required=False, help_text="Up to 1 MB.", max_length=200
    )
    drop_drawn = forms.BooleanField(label="Take the drawn area out", required=False)
    but_areas = AreasField(
        label="But not these wards, councils or neighbourhoods", required=False, max_length=20_000
    )
    but_postcodes = PostcodePartsField(
        label="But not these postcode districts or sectors", required=False, max_length=20_000
    )
    priority = forms.ChoiceField(
        label="Where two services cover an address, which comes first?",
        choices=PRIORITIES,
        initial="5",
        widget=forms.Select,
        help_text="A lower number comes first. Agree it with the other service.",
    )
    valid_from = PlainDateField(label="From which day?", required=False, prefers="future")
    valid_to = PlainDateField(label="Until which day?", required=False, prefers="future")
    note = forms.CharField(label="Note", max_length=300, required=False)
    fieldsets = [
        ("What it covers", ["whole", "areas", "postcodes", "practices"]),
        ("A drawn area", ["drawn", "file", "drop_drawn"]),
        ("What it leaves out", ["but_areas", "but_postcodes"]),
        ("Who comes first, and when", ["priority", "valid_from", "valid_to", "note"]),
    ]

    def __init__(
        self, *args: Any, document: Document, old: Mapping[str, Any] | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, document=document, old=old, **kwargs)
        if not self._kept_shapes():
            del self.fields["drop_drawn"]
            self.fieldsets = [  # type: ignore[misc]
                (legend, [name for name in names if name != "drop_drawn"])
                for legend, names in self.fieldsets
            ]
        else:
            self.fields["drawn"].label = "Draw it anew"
            self.fields[
                "drawn"
            ].help_text = (
                "There is a drawn area already, and it stays. Paste GeoJSON to replace it."
            )

    def _kept_shapes(self) -> list[dict[str, Any]]:
        drawn = CatchmentKind.DRAWN
        return [p for p in self.old.get("pieces", []) if p["kind"] == drawn]

    def initial_of(self, old: Mapping[str, Any]) -> dict[str, Any]:
        """The pieces by their kind."""
        if not old:
            return {}
        pieces = old["pieces"]
        names = names_of(
            code for p in pieces if p["kind"] == CatchmentKind.AREAS for code in p["codes"]
        )
        found: dict[str, Any] = {
            "whole": any(p["kind"] == CatchmentKind.WHOLE for p in pieces),
            "priority": str(old["priority"]),
            **{name: old[name] for name in ("valid_from", "valid_to", "note")},
        }
        for name, (kind, excluding) in CODED.items():
            codes = [
                code
                for piece in pieces
                if piece["kind"] == kind and piece["excluding"] is excluding
                for code in piece["codes"]
            ]
            is_area = kind is CatchmentKind.AREAS
            found[name] = [(c, names.get(c, "")) if is_area else c for c in codes]
        return found

    def clean_file(self) -> str:
        """The file's text."""
        file = self.cleaned_data.get("file")
        if file is None:
            return ""
        if file.size > LARGEST_FILE:
            raise ValidationError("The file is larger than 1 MB")
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise ValidationError("This is no GeoJSON file") from None

    def clean(self) -> dict[str, Any]:
        """Something is held; the drawn area can be read; the days are in order."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        self.shape: dict[str, Any] | None = None
        text, field = (
            (given.get("file"), "file") if given.get("file") else (given.get("drawn"), "drawn")
        )
        if text:
            try:
                self.shape = read_drawn(str(text), field=field)
            except Invalid as unreadable:
                self.take(unreadable.errors)
        first, last = given.get("valid_from"), given.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", "Enter a day after the first one")
        if not self.errors and not any(not piece["excluding"] for piece in self._pieces()):
            self.add_error("whole", "Say what the service covers: fill in at least one of these")
        return given

    def _pieces(self) -> list[dict[str, Any]]:
        given = self.cleaned_data
        found: list[dict[str, Any]] = []
        if given.get("whole"):
            found.append(_piece(CatchmentKind.WHOLE, label="The whole partnership"))
        for name, (kind, excluding) in CODED.items():
            listed = given.get(name) or []
            if not listed:
                continue
            is_area = kind is CatchmentKind.AREAS
            codes = [one[0] if is_area else one for one in listed]
            label = ", ".join(one[1] if is_area else one for one in listed)
            found.append(_piece(kind, codes=codes, excluding=excluding, label=label[:300]))
        if self.shape is not None:
            drawn = _piece(CatchmentKind.DRAWN, label="An area drawn on a map")
            found.append({**drawn, "shape": self.shape})
        elif not given.get("drop_drawn"):
            found += self._kept_shapes()
        return found

    def item(self) -> dict[str, Any]:
        """The catchment as JSON."""
        given = self.cleaned_data
        return {
            "pieces": self._pieces(),
            "priority": int(given["priority"]),
            "valid_from": given["valid_from"].isoformat() if given["valid_from"] else None,
            "valid_to": given["valid_to"].isoformat() if given["valid_to"] else None,
            "note": given["note"],
        }


def _piece(kind: CatchmentKind, **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"codes": [], "shape": None, "excluding": False, "label": ""}
    return {"kind": str(kind), **empty, **more}
