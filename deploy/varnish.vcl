# Varnish between what ends TLS (Caddy) and the CMS: keeps public answers of the API, and forgets
# them when the CMS says so. docs/operations.md, "A cache in front", says how to put it there.
vcl 4.1;

import std;

backend cms {
	.host = "web";
	.port = "8000";
	.first_byte_timeout = 120s;
}

sub vcl_recv {
	if (req.method == "PURGE") {
		# PURGE_TOKEN in the environment of varnishd is OUTER_CACHE_PURGE_TOKEN in the CMS's.
		if (!std.getenv("PURGE_TOKEN")
		    || req.http.Authorization != "Bearer " + std.getenv("PURGE_TOKEN")) {
			return (synth(403));
		}
		# About a header of what is kept, so that Varnish can forget it in the background.
		ban("obj.http.x-kept-url ~ ^/api/");
		return (synth(204));
	}
	# Only reads of the public routes are the same for everybody.
	if (req.url !~ "^/api/"
	    || req.url ~ "^/api/(admin|auth|contact|email|github|subscribe|unsubscribe)([/?]|$)"
	    || (req.method != "GET" && req.method != "HEAD")) {
		return (pass);
	}
	unset req.http.Authorization;
	unset req.http.Cookie;
	set req.url = std.querysort(req.url);
	return (hash);
}

sub vcl_hash {
	# Over http there is only a redirect to https.
	hash_data(req.http.X-Forwarded-Proto);
}

sub vcl_backend_response {
	set beresp.http.x-kept-url = bereq.url;
	# Lifetimes are the CMS's: what has none is not kept.
	if (!beresp.http.Cache-Control) {
		set beresp.uncacheable = true;
	}
}

sub vcl_deliver {
	unset resp.http.x-kept-url;
	if (obj.hits > 0) {
		# It is that of the request which the answer was made for.
		unset resp.http.X-Request-ID;
		set resp.http.Cache-Status = "varnish; hit";
	}
}
