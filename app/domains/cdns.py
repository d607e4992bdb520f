"""Networks of content delivery networks that stand in front of a server instead of pointing to it."""

import ipaddress

# Cloudflare's own list, https://www.cloudflare.com/ips/
NETWORKS = {
    "Cloudflare": (
        "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22", "104.16.0.0/13", "104.24.0.0/14",
        "108.162.192.0/18", "131.0.72.0/22", "141.101.64.0/18", "162.158.0.0/15", "172.64.0.0/13",
        "173.245.48.0/20", "188.114.96.0/20", "190.93.240.0/20", "197.234.240.0/22", "198.41.128.0/17",
        "2400:cb00::/32", "2405:8100::/32", "2405:b500::/32", "2606:4700::/32", "2803:f800::/32",
        "2a06:98c0::/29", "2c0f:f248::/32",
    ),
}  # fmt: skip
# What the name that a CNAME points to ends with.
TARGETS = {
    ".cdn.cloudflare.net": "Cloudflare",
    ".cloudfront.net": "CloudFront",
    ".fastly.net": "Fastly",
    ".akamaiedge.net": "Akamai",
    ".edgekey.net": "Akamai",
    ".edgesuite.net": "Akamai",
    ".azureedge.net": "Azure",
    ".azurefd.net": "Azure",
    ".gcdn.co": "Gcore",
    ".b-cdn.net": "Bunny",
    ".cdngc.net": "CDNetworks",
    ".ntruss.com": "NAVER Cloud",
}

_PARSED = [(ipaddress.ip_network(net), name) for name, nets in NETWORKS.items() for net in nets]


def cdn_of_address(address: str) -> str | None:
    parsed = ipaddress.ip_address(address)
    return next((name for network, name in _PARSED if parsed in network), None)


def cdn_of_target(target: str) -> str | None:
    return next((name for end, name in TARGETS.items() if target.endswith(end)), None)
