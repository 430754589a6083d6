"""A throw-away project around django-helpdesk, to compare with: its own environment, outside this tree."""
