"""The city's time zone: UTC+8 without summer time since 1992."""

from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
