"""Sign-in settings (django-allauth)."""
