"""The forms in which a list is had, as DCAT distributions: each is the whole list, never a part of it."""

from app.catalogue.dcat_names import (
    COMPLETED,
    EXPERIMENTAL,
    FILE_TYPES,
    MEDIA_TYPES,
    SHA256,
    STABLE,
)
from app.catalogue.dcat_nodes import Checksum, Distribution
from app.catalogue.told import Catalogue, Texts, ToldList
from app.files.contents import MEDIA_TYPES as SENT_AS
from app.files.contents import PACKED, ReleasedFile
from app.files.package import DATAPACKAGE
from app.words import LANGUAGES, say
from ingest.m30.names import M30, VERSIONS
from lists.days import instant_text

API, CSV, NDJSON, PARQUET = "api", "csv", "ndjson", "parquet"
_FORMATS = {
    API: "JSON",
    NDJSON: "JSON",
    CSV: "CSV",
    PARQUET: "PARQUET",
    "xlsx": "XLSX",
    "m30": "XML",
    "pdf": "PDF",
}
_CONFORMS_TO = {
    NDJSON: "https://github.com/ndjson/ndjson-spec",
    CSV: "https://specs.frictionlessdata.io/tabular-data-package/",
    "m30": M30 + VERSIONS[0],
}
_PACKAGE_TYPE = "application/vnd.datapackage+json"
_UNREGISTERED = {NDJSON}
"""Forms whose media type is in nobody's register: no IRI stands for it."""


def distributions(catalogue: Catalogue, told: ToldList) -> tuple[Distribution, ...]:
    """Every way to have a whole list; tables of a form that comes in tables are one way together."""
    found = [_asked(catalogue, told)]
    for file in told.files:
        form = _form(file)
        if form is not None:
            found.append(_whole(catalogue, file, form))
            found.extend(_packed(catalogue, file, form))
    columns = tuple(file for file in told.files if file.format == PARQUET)
    if columns:
        found.append(_columns(catalogue, told, columns))
    return tuple(found)


def availability(catalogue: Catalogue) -> str:
    """How long it will be there: what is published stays, a demonstration is for trying out."""
    return EXPERIMENTAL if catalogue.made_up else STABLE


def rights(catalogue: Catalogue) -> str:
    """What the statement of rights is called."""
    return catalogue.name("/utvikler#rights")


def _form(file: ReleasedFile) -> str | None:
    """The form of a file that is, or stands for, a whole list; None of a part."""
    if file.path.endswith(f"/{DATAPACKAGE}"):
        return CSV
    if file.format == NDJSON:
        return NDJSON if file.holds == "products" else None
    return file.format if file.format in ("xlsx", "m30", "pdf") else None


def _asked(catalogue: Catalogue, told: ToldList) -> Distribution:
    """The list page by page, from the API."""
    return Distribution(
        id=f"{catalogue.list_name(told)}#api",
        type="dcat:Distribution",
        title=_title(API),
        description=_text(API),
        accessURL=catalogue.address(f"/v1/lists/{told.shape.list}/products"),
        format=_format(API),
        media_type=f"{MEDIA_TYPES}/application/json",
        rights=rights(catalogue),
        status=COMPLETED,
        availability=availability(catalogue),
        access_service=catalogue.address("/v1#service"),
    )


def _whole(catalogue: Catalogue, file: ReleasedFile, form: str) -> Distribution:
    """A file; of the tables the package that names them all."""
    path = catalogue.file_path(file)
    address = catalogue.address(path)
    # Products alone are not all: the groups and the list itself are named beside them.
    access = catalogue.address(catalogue.files_path()) if form == NDJSON else address
    media_type = SENT_AS[CSV if form == CSV else file.format]
    return Distribution(
        id=catalogue.name(f"{path}#distribution"),
        type="dcat:Distribution",
        title=_title(form),
        description=_text(form),
        accessURL=access,
        downloadURL=(address,),
        format=_format(form),
        media_type=f"{MEDIA_TYPES}/{media_type}" if form not in _UNREGISTERED else None,
        package_format=f"{MEDIA_TYPES}/{_PACKAGE_TYPE}" if form == CSV else None,
        conforms_to=_CONFORMS_TO.get(form),
        byte_size=str(file.bytes),
        checksum=_checksum(file.sha256),
        rights=rights(catalogue),
        status=COMPLETED,
        availability=availability(catalogue),
        issued=_issued(catalogue),
    )


def _packed(catalogue: Catalogue, file: ReleasedFile, form: str) -> tuple[Distribution, ...]:
    """The packed twin of a file, where it has one; the package of the tables has none worth taking."""
    if file.gzip is None or form == CSV:
        return ()
    path, told = f"{catalogue.file_path(file)}.gz", _text(form)
    plain = _whole(catalogue, file, form)
    return (
        Distribution(
            id=catalogue.name(f"{path}#distribution"),
            type=plain.type,
            title={lang: f"{text}, gzip" for lang, text in plain.title.items()},
            description={
                lang: f"{text} {say('page', 'catalogue-packed', lang)}" for lang, text in told.items()
            },
            accessURL=plain.accessURL if form == NDJSON else catalogue.address(path),
            downloadURL=(catalogue.address(path),),
            format=plain.format,
            media_type=plain.media_type,
            compress_format=f"{MEDIA_TYPES}/{PACKED}",
            conforms_to=plain.conforms_to,
            byte_size=str(file.gzip.bytes),
            checksum=_checksum(file.gzip.sha256),
            rights=plain.rights,
            status=plain.status,
            availability=plain.availability,
            issued=plain.issued,
        ),
    )


def _columns(catalogue: Catalogue, told: ToldList, files: tuple[ReleasedFile, ...]) -> Distribution:
    """All tables as Parquet; their hashes stand in the table of contents."""
    return Distribution(
        id=f"{catalogue.list_name(told)}#parquet",
        type="dcat:Distribution",
        title=_title(PARQUET),
        description=_text(PARQUET),
        accessURL=catalogue.address(catalogue.files_path()),
        downloadURL=tuple(catalogue.address(catalogue.file_path(file)) for file in files),
        format=_format(PARQUET),
        media_type=f"{MEDIA_TYPES}/{SENT_AS[PARQUET]}",
        byte_size=str(sum(file.bytes for file in files)),
        rights=rights(catalogue),
        status=COMPLETED,
        availability=availability(catalogue),
        issued=_issued(catalogue),
    )


def _checksum(sha256: str) -> Checksum:
    return Checksum("spdx:Checksum", SHA256, sha256)


def _format(form: str) -> str:
    return f"{FILE_TYPES}/{_FORMATS[form]}"


def _issued(catalogue: Catalogue) -> str | None:
    return instant_text(catalogue.published_at) if catalogue.published_at is not None else None


def _title(form: str) -> Texts:
    return {lang: say("page", "catalogue-form-" + form, lang, part="title") for lang in LANGUAGES}


def _text(form: str) -> Texts:
    return {lang: say("page", "catalogue-form-" + form, lang) for lang in LANGUAGES}
