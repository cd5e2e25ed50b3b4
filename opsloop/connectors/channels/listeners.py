"""What search finds; the way out of the house registers itself."""

from __future__ import annotations

from django.db.models import QuerySet

from opsloop.base.ledger import private
from opsloop.base.people.erasing import erases
from opsloop.base.people.models import Person
from opsloop.base.search.api import searchable
from opsloop.connectors.channels import carrying
from opsloop.connectors.channels.models import Channel

searchable(Channel, url=lambda channel: channel.get_absolute_url())


@erases
def forget_address(person: Person) -> None:
    """A mail list no longer holds the person's address; a list of nobody else is paused."""
    mine = person.email.strip().lower()
    for row in Channel.objects.filter(receivers__icontains=mine) if mine else ():
        left = [one for one in row.addresses if one.lower() != mine]
        # a plain queryset, because Thing's would write the old list into the ledger that is being cleaned
        QuerySet(Channel).filter(pk=row.pk).update(receivers="\n".join(left), paused=row.paused or not left)
        private.erase("channels.channel", row.pk)


__all__ = ["carrying"]
