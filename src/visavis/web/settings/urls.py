"""Addresses of /reglages/."""

from django.urls import path

from .views import brands, hours, houses, mailboxes, overview, people, senders, signing, skills

app_name = "settings"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("personnes/", people.people, name="people"),
    path("personnes/inviter/", people.invite, name="invite"),
    path("personnes/<int:adviser_id>/", people.person, name="person"),
    path("personnes/<int:adviser_id>/travail/", people.work, name="work"),
    path("personnes/<int:adviser_id>/competences/", people.person_skills, name="person_skills"),
    path("personnes/<int:adviser_id>/place/", people.place, name="place"),
    path("personnes/<int:adviser_id>/mot-de-passe/", people.password_link, name="password_link"),
    path("personnes/<int:adviser_id>/fermer/", people.close, name="close"),
    path("personnes/<int:adviser_id>/rouvrir/", people.reopen, name="reopen"),
    path("invitations/<int:invitation_id>/retirer/", people.withdraw, name="withdraw"),
    path("invitations/<int:invitation_id>/refaire/", people.invite_again, name="invite_again"),
    path("marques/", brands.brands, name="brands"),
    path("marques/nouvelle/", brands.new_brand, name="new_brand"),
    path("marques/<slug:slug>/", brands.brand, name="brand"),
    path("marques/<slug:slug>/horaires/", hours.hours, name="hours"),
    path("marques/<slug:slug>/logiciels/", brands.tokens, name="tokens"),
    path("marques/<slug:slug>/logiciels/<int:token_id>/finir/", brands.revoke_token, name="revoke_token"),
    path("equipes/", houses.teams, name="teams"),
    path("equipes/nouvelle/", houses.new_team, name="new_team"),
    path("equipes/<int:team_id>/", houses.team, name="team"),
    path("sites/nouveau/", houses.new_site, name="new_site"),
    path("sites/<int:site_id>/", houses.site, name="site"),
    path("competences/", skills.skills, name="skills"),
    path("competences/nouvelle/", skills.new_skill, name="new_skill"),
    path("competences/<int:skill_id>/", skills.skill, name="skill"),
    path("boites/", mailboxes.mailboxes, name="mailboxes"),
    path("boites/nouvelle/", mailboxes.new_mailbox, name="new_mailbox"),
    path("boites/connectee/", mailboxes.connected, name="connected"),
    path("boites/<int:mailbox_id>/", mailboxes.mailbox, name="mailbox"),
    path("boites/<int:mailbox_id>/connecter/", mailboxes.connect, name="connect"),
    path("boites/<int:mailbox_id>/signature/", signing.signing, name="signing"),
    path("bloques/", senders.senders, name="senders"),
    path("bloques/<int:block_id>/lever/", senders.lift, name="lift"),
]
