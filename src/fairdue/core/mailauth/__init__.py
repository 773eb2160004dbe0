"""Whether the domain name system lets mail be sent in a name: SPF, DKIM, DMARC (docs/rules/mail-authentication.md)."""
