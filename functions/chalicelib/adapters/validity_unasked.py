"""有効性確認 where nobody may be asked yet: the honest answer is that it is not known.

Who answers is J-LIS, and only to a city that has given notice and signed the agreement (公的個人認証法 36条, domain.md §3.2);
its specification comes with that. Until then there is nothing to write here, and nothing may be made up (ADR 0029).
"""

from chalicelib.domain.card_proof import UserCertificate, Withdrawn


class NobodyToAsk:
    """The port without J-LIS."""

    def of(self, certificate: UserCertificate) -> Withdrawn:
        """Always unknown."""
        del certificate
        return Withdrawn.UNKNOWN
