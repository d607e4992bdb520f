"""Which addresses on the internet a webhook may go to: those that belong to everybody and to no machine of ours."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

# Special purposes by the registries of IANA, and two addresses that clouds answer on inside of their networks.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(net)
    for net in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind a carrier's NAT; 100.100.100.200 is Alibaba's metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's host, although the range is public
        "169.254.0.0/16",  # link-local, metadata of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is Oracle's metadata
        "192.0.2.0/24",  # examples
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
# All that is public lies in here. Outside are loopback, unique local, link-local and multicast addresses, and those
# with an IPv4 address inside: mapped (::ffff:0:0/96), compatible (::/96) and NAT64 (64:ff9b::/96, 64:ff9b:1::/48).
_PUBLIC_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(net)
    for net in (
        "2001::/23",  # protocol assignments; Teredo, ORCHID
        "2001:db8::/32",  # examples
        "2002::/16",  # 6to4: an IPv4 address inside
        "2620:4f:8000::/48",
        "3fff::/20",  # examples
    )
)


def is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in net for net in _NOT_PUBLIC_4)
    return (
        address.scope_id is None
        and address in _PUBLIC_6
        and not any(address in net for net in _NOT_PUBLIC_6)
        and not _is_isatap(address)
    )


def literal(host: str) -> Address | None:
    """The address that a host part spells in the usual way; None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def looks_like_a_number(name: str) -> bool:
    """2130706433, 0x7f.1, 127.1 and the like: browsers and old resolvers read them as addresses. No top level domain
    is a number."""
    last = name.rstrip(".").rpartition(".")[2].lower()
    return last.isdigit() or (
        last.startswith("0x") and all(letter in "0123456789abcdef" for letter in last[2:])
    )


def _is_isatap(address: IPv6Address) -> bool:
    """Whatever the prefix, the lower half holds an IPv4 address."""
    return (int(address) >> 32) & 0xFDFFFFFF == 0x00005EFE
