"""/sign-in/. allauth asks for its own names, so these stand outside of the namespace `signin`."""

from django.urls import include, path

from opsloop.ui.signin import mounted, views

ours = [
    path("leave/", views.leave, name="leave"),
    path("security/", views.security, name="security"),
    path("sessions/others/", views.end_others, name="end_others"),
    path("sessions/<int:pk>/", views.end_session, name="end_session"),
    path("password/<str:token>/", views.set_password, name="set_password"),
    path("first/", views.first, name="first"),
    path("demo/", views.demo_faces, name="faces"),
    path("demo/<int:pk>/", views.demo_enter, name="enter"),
]

urlpatterns = [
    path("", mounted.sign_in, name="account_login"),
    path("inactive/", mounted.inactive, name="account_inactive"),
    path("second-factor/", mounted.second_factor, name="mfa_authenticate"),
    path("change-password/", mounted.change_password, name="account_change_password"),
    path("confirm/password/", mounted.confirm_password, name="account_reauthenticate"),
    path("confirm/code/", mounted.confirm_code, name="mfa_reauthenticate"),
    path("security/", views.security, name="mfa_index"),
    path("app/on/", mounted.totp_on, name="mfa_activate_totp"),
    path("app/off/", mounted.totp_off, name="mfa_deactivate_totp"),
    path("codes/", mounted.show_codes, name="mfa_view_recovery_codes"),
    path("codes/new/", mounted.new_codes, name="mfa_generate_recovery_codes"),
    path("company/-/error/", mounted.company_error, name="socialaccount_login_error"),
    path("company/-/cancelled/", mounted.company_cancelled, name="socialaccount_login_cancelled"),
    path("company/<str:provider_id>/", mounted.company, name="openid_connect_login"),
    path("company/<str:provider_id>/back/", mounted.company_back, name="openid_connect_callback"),
    path("", include((ours, "signin"))),
]
