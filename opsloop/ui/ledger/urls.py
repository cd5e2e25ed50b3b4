from django.urls import path

from opsloop.ui.ledger import chain, views

app_name = "ledger"

# ledger/
urlpatterns = [
    path("", views.entry_list, name="list"),
    path("export/", views.export_page, name="export"),
    path("chain/", chain.chain_page, name="chain"),
    path("<int:pk>/", views.entry_page, name="entry"),
]
