"""What a provider of lists can do. To ask twice has the same effect as once."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


@dataclass(frozen=True)
class Member:
    """Somebody on the list. ``address``: with the domain in punycode. ``language``: a code, or
    empty where the provider has none. ``confirmed_at``: when they proved with a link of ours that
    they want it, if they did. ``has_left``: it was told there, not here, to send no more;
    ``left_at``: when, if the provider says so.
    """

    address: str
    name: str = ""
    language: str = ""
    confirmed_at: datetime | None = None
    has_left: bool = False
    left_at: datetime | None = None


class JobState(Enum):
    """How far a provider has come with what it has only taken note of."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class ListProvider(ABC):
    """One list at one provider. Every method raises `client.ProviderError`."""

    label: str
    longest_name: int

    @property
    @abstractmethod
    def list_name(self) -> str:
        """The list as the settings name it, to tell it from others."""

    @abstractmethod
    def put(self, member: Member, *, is_news: bool) -> str:
        """Have ``member`` on the list, with this name and language. Who has left there stays away,
        unless they confirmed after that. ``is_news``: they confirmed since the provider was told.

        Answers the name of the job that does it later, or nothing if it is done.
        """

    @abstractmethod
    def remove(self, address: str) -> str:
        """Have the address not on the list, nor its data at the provider unless another list has
        it. Answers as `put`.
        """

    @abstractmethod
    def job_state(self, job: str) -> JobState:
        """What became of a job that `put` or `remove` has named."""

    @abstractmethod
    def members(self) -> Iterator[Sequence[Member]]:
        """Everybody on the list, some hundreds at a time. May take minutes."""
