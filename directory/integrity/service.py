"""The verbs of the room in one place: what pages, commands and jobs call."""

from directory.integrity.dead_lines import prove_dead
from directory.integrity.due import Due, do_what_is_due
from directory.integrity.editing import Edit, Edited, add_listing, confirm_by_call, edit
from directory.integrity.hiding import Against, hide, second_hiding, suspend
from directory.integrity.neighbour import accept_signed, request_file, sign_request
from directory.integrity.offering import offer, offer_to_end
from directory.integrity.proposals import Approved, add_key, approve, break_glass, decline, intend
from directory.integrity.undoing import undo

__all__ = [
    "Against",
    "Approved",
    "Due",
    "Edit",
    "Edited",
    "accept_signed",
    "add_key",
    "add_listing",
    "approve",
    "break_glass",
    "confirm_by_call",
    "decline",
    "do_what_is_due",
    "edit",
    "hide",
    "intend",
    "offer",
    "offer_to_end",
    "prove_dead",
    "request_file",
    "second_hiding",
    "sign_request",
    "suspend",
    "undo",
]
