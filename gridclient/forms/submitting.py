"""What belongs to a submission: the files that its answers name, and all of it encrypted where the form has a key."""

from collections.abc import Mapping

from gridclient.forms.errors import FormError
from gridclient.forms.filling import Filling
from gridclient.forms.saving import Sealed, Submission, written_xml


def files_of(filling: Filling) -> list[str]:
    """The names of the files that belong to the answers, in document order."""
    binary = {ref for ref, bind in filling.definition.binds.items() if bind.datatype == "binary"}
    found = (node.text for node in filling.root.walk() if node.template in binary and node.relevant)
    return list(dict.fromkeys(filter(None, found)))


def sealed(filling: Filling, attachments: Mapping[str, bytes]) -> Sealed:
    """The submission, encrypted with the files that belong to it; raises `FormError` without its key or a file."""
    # Imported on first use: few forms have a key, and the first screen does not wait for ciphers.
    from gridclient.forms.sealing import key_of, seal

    definition = filling.definition
    key = key_of(definition.submission)
    names = files_of(filling)
    missing = [name for name in names if name not in attachments]
    if key is None or missing:
        raise FormError(f"the attachment {missing[0]} is missing" if missing else "the form has no public key")
    xml = written_xml(filling.root, definition.namespaces, relevant_only=True).encode()
    files = {name: attachments[name] for name in names}
    return seal(Submission(definition.form_id, definition.version, filling.identity(), xml, files), key)
