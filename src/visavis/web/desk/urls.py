"""Addresses of the desk."""

from django.urls import path

from .views import context, files, pages, promises, replies, turns

app_name = "desk"
urlpatterns = [
    path("", pages.desk, name="desk"),
    path("liste/", pages.conversations, name="list"),
    path("fichiers/", files.give, name="give_file"),
    path("fichiers/<int:attachment_id>/", files.read, name="file"),
    path("messages/<int:message_id>/reprendre/", replies.take_back, name="take_back"),
    path("messages/<int:message_id>/corriger/", replies.correct, name="correct"),
    path("promesses/<int:promise_id>/tenir/", promises.keep, name="keep_promise"),
    path("promesses/<int:promise_id>/reporter/", promises.move, name="move_promise"),
    path("promesses/<int:promise_id>/confier/", promises.entrust, name="entrust_promise"),
    path("promesses/<int:promise_id>/annuler/", promises.undo, name="undo_promise"),
    path("<int:number>/", pages.desk, name="conversation"),
    path("<int:number>/tete/", pages.head, name="head"),
    path("<int:number>/fil/", pages.thread, name="thread"),
    path("<int:number>/personne/", pages.person, name="person"),
    path("<int:number>/pourquoi/", pages.why, name="why"),
    path("<int:number>/regrouper/", pages.gather, name="gather"),
    path("<int:number>/regard/", pages.look, name="look"),
    path("<int:number>/repondre/", replies.reply, name="reply"),
    path("<int:number>/note/", replies.note, name="note"),
    path("<int:number>/brouillon/", replies.draft, name="draft"),
    path("<int:number>/promettre/", promises.promise, name="promise"),
    path("<int:number>/prendre/", turns.take, name="take"),
    path("<int:number>/pas-pour-moi/", turns.not_mine, name="not_for_me"),
    path("<int:number>/transmettre/", turns.pass_on, name="transfer"),
    path("<int:number>/resoudre/", turns.resolve, name="resolve"),
    path("<int:number>/rouvrir/", turns.reopen, name="reopen"),
    path("<int:number>/endormir/", turns.snooze, name="snooze"),
    path("<int:number>/reveiller/", turns.wake, name="wake"),
    path("<int:number>/non-lu/", turns.unread, name="unread"),
    path("<int:number>/sujet/", context.subject, name="subject"),
    path("<int:number>/etiquettes/", context.tags, name="tags"),
    path("<int:number>/explique/", context.explained, name="explained"),
    path("<int:number>/dit/", context.statement, name="statement"),
    path("<int:number>/entete/", context.headline, name="headline"),
    path("<int:number>/etapes/", context.steps, name="steps"),
    path("<int:number>/lien/", context.link, name="link"),
    path("<int:number>/relier/", context.relate, name="relate"),
    path("<int:number>/fusionner/", context.merge, name="merge"),
    path("<int:number>/separer/", context.split, name="split"),
    path("<int:number>/bloquer/", context.block, name="block"),
]
