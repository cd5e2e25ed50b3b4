"""The index follows every act that was done; what a crash leaves out, the next act or the job makes up."""

from opsloop.base.acts import listen
from opsloop.base.acts.events import Done
from opsloop.base.people.erasing import erases
from opsloop.base.people.models import Person
from opsloop.base.search import people as _people  # noqa: F401
from opsloop.base.search import store
from opsloop.base.search.index import LAG, follow, watched


@listen("*")
def index_what_changed(done: Done) -> None:
    """Acts that change no searchable row cost nothing here; every so often the mark moves on past them."""
    if done.touched & watched() or done.entry_id % LAG == 0:
        follow()


@erases
def forget_words(person: Person) -> None:
    """Erasing a person leaves no trace of the name in the ledger, so the index would not notice by itself."""
    store.drop(Person._meta.label_lower, [person.pk])
