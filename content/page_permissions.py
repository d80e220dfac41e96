"""What a user may do with one page, without a query where the page itself knows."""

from wagtail.models import PagePermissionTester


class SitePagePermissionTester(PagePermissionTester):
    def can_delete(self, ignore_bulk: bool = False) -> bool:  # noqa: FBT001, FBT002 - Wagtail's
        """As Wagtail decides it. For every row of a listing it would look below the page for
        something live, which a page without children need not.
        """
        only_itself = self.page.is_leaf() and not self.user.is_superuser
        if only_itself and "change" in self.permissions and "publish" not in self.permissions:
            return bool(self.user.is_active and not self.page.live)
        return bool(super().can_delete(ignore_bulk))
