"""A person who logs in, by phone or e-mail. What a person may do is a Membership's matter."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from config import clock


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, name: str, phone: str | None = None, email: str = "", password: str | None = None, **more):
        user = self.model(name=name, phone=phone, email=self.normalize_email(email), **more)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, **fields):
        return self.create_user(is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Phone in E.164. `is_staff` opens the administration of reference data, nothing of a case."""

    name = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=20, unique=True, null=True)
    phone_verified = models.BooleanField(default=False)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(blank=True)
    wants_sms = models.BooleanField(default=True)
    wants_email = models.BooleanField(default=True)

    USERNAME_FIELD = "id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "email"]
    objects = UserManager()

    def save(self, *args, **kwargs) -> None:
        self.date_joined = self.date_joined or clock.now()
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.name or self.phone or self.email

    def get_username(self) -> str:
        return str(self)
