import { ofList, ofPods, type Pods, type Process } from "./upstream.ts";

/**
 * The nginx configuration for one host name in front of all processes. It goes inside `http { }`,
 * as a file of conf.d. `plenum.conf` beside this file is what it says for two processes; read that.
 */
export interface Site {
	readonly listenPort: number;
	readonly processes: readonly Process[] | Pods;
	/** Where nginx writes its logs: absolute, or below its own prefix; "console" in a container. */
	readonly logFolder: string;
	/**
	 * The DNS server that is asked again while nginx runs. Host names need it, because what they
	 * lead to changes with every restart; nginx can do that from 1.27.3 on.
	 */
	readonly resolver?: string;
	/** Load balancers in front, as networks: their word on who calls, and how, is believed. */
	readonly behind?: readonly string[];
}

export function render({ listenPort, processes, logFolder, resolver, behind }: Site): string {
	const { servers, routes, about } = "service" in processes ? ofPods(processes) : ofList(processes);
	const lines = (all: readonly string[]) => all.map((line) => `\t${line}`).join("\n");
	const resolve = resolver === undefined ? "" : " resolve";
	const [access, error] =
		logFolder === "console"
			? ["/dev/stdout", "/dev/stderr"]
			: [`${logFolder}/plenum.access.log`, `${logFolder}/plenum.error.log`];
	return `# Plenum: every process behind one host name. Goes into conf.d (inside http { }).
#
${about}

# A process that refuses costs one attempt, and one that hangs collects requests until least_conn
# leaves it alone. None is ever taken for dead (max_fails=0): in a rolling restart the first is back
# a moment before the second goes, and both would be left out.
upstream plenum {
	zone plenum 64k;
	least_conn;
${lines(servers.map((server) => `server ${server}${resolve} max_fails=0;`))}
	keepalive 64;
	# Below the five seconds after which Node closes an idle connection: never send into one that closes.
	keepalive_timeout 4s;
}

# Only these can be reached, whatever stands in the path.
map $uri $plenum_process {
	default "";
${lines(routes)}
}
map $plenum_process $plenum_upgrade {
	default websocket;
	"" "";
}
map $plenum_process $plenum_connection {
	default upgrade;
	"" "";
}

# The caller's own id when it is well-formed, as Plenum judges it; else a new one.
map $http_x_request_id $plenum_request_id {
	default $request_id;
	"~^[A-Za-z0-9_-]{8,64}$" $http_x_request_id;
}

# Session ids stand in query strings, tokens in Authorization: neither is ever logged.
map $request_uri $plenum_path {
	default "";
	"~^(?<plenum_path_only>[^?]*)" $plenum_path_only;
}
log_format plenum escape=json '{"time":"$time_iso8601","requestId":"$plenum_request_id",'
	'"address":"$remote_addr","method":"$request_method","path":"$plenum_path",'
	'"status":"$status","bytes":"$bytes_sent","seconds":"$request_time",'
	'"process":"$upstream_addr","processStatus":"$upstream_status",'
	'"processSeconds":"$upstream_response_time"}';

limit_conn_zone $binary_remote_addr zone=plenum_addresses:10m;
${behind === undefined ? "" : schemeOf(behind)}
server {
	listen ${listenPort};
	server_name _;

	# With TLS, in place of the two lines above (and nothing else on port 80 but a redirect):
	#
	#	listen 443 ssl http2;
	#	listen [::]:443 ssl http2;
	#	server_name polls.example;
	#	ssl_certificate     /etc/ssl/polls.example/fullchain.pem;
	#	ssl_certificate_key /etc/ssl/polls.example/privkey.pem;
	#	ssl_protocols TLSv1.2 TLSv1.3;
	#	ssl_session_cache shared:plenum_tls:10m;
	#
	# HSTS: Plenum sends Strict-Transport-Security (one year, with subdomains) on its own answers.
	# Browsers heed it only over TLS, and from then on never go back to plain HTTP for this name: be
	# sure that TLS stays. To say something milder, hide it and send your own:
	#
	#	proxy_hide_header Strict-Transport-Security;
	#	add_header Strict-Transport-Security "max-age=86400" always;

	server_tokens off;
	access_log ${access} plenum;
	# Not "error": those lines quote the whole request, query string and all. What they would say of
	# a process is in the access log, as processStatus.
	error_log ${error} crit;
${resolver === undefined ? "" : `\n\tresolver ${resolver} valid=5s;\n\tresolver_timeout 2s;\n`}${behind === undefined ? "" : callerOf(behind)}
	# Bounds on what a client may send, and how slowly.
	client_max_body_size 256k;
	client_body_buffer_size 256k;
	client_header_buffer_size 2k;
	large_client_header_buffers 4 8k;
	client_header_timeout 10s;
	client_body_timeout 10s;
	send_timeout 30s;
	keepalive_timeout 30s;
	reset_timedout_connection on;
	# A lecture hall of 2,000 behind one address, each with a WebSocket and a request.
	limit_conn plenum_addresses 4000;
	limit_conn_status 432;

	# Forwarded headers are ours: set, never appended to what a client made up.
	proxy_http_version 1.1;
	proxy_set_header Host $http_host;
	proxy_set_header X-Forwarded-For $remote_addr;
	proxy_set_header X-Forwarded-Host $http_host;
	proxy_set_header X-Forwarded-Proto ${behind === undefined ? "$scheme" : "$plenum_scheme"};
	proxy_set_header X-Real-IP $remote_addr;
	proxy_set_header Forwarded "";
	proxy_set_header X-Request-Id $plenum_request_id;
	proxy_set_header Upgrade $plenum_upgrade;
	proxy_set_header Connection $plenum_connection;

	proxy_connect_timeout 2s;
	proxy_read_timeout 15s;
	proxy_send_timeout 15s;
	proxy_max_temp_file_size 0;
	# A POST goes to another process only when the first was never reached: it may have been heard.
	proxy_next_upstream error timeout;
	proxy_next_upstream_timeout 20s;

	recursive_error_pages on;
	error_page 503 = @elsewhere;
	error_page 502 504 = @unavailable;
	error_page 413 = @payload_too_large;
	error_page 432 = @rate_limited;

	location / {
		proxy_pass http://plenum;
		proxy_intercept_errors on;
	}

	# Taking a seat again with the same token gives the same seat, so it is repeated after any failure.
	location ~* ^/api/polls/[^/]+/seats/?$ {
		proxy_pass http://plenum;
		proxy_next_upstream error timeout non_idempotent;
		# A process has found the seat or said no by then: one that hangs is not waited for.
		proxy_read_timeout 6s;
		proxy_intercept_errors on;
	}

	# Plenum says 503 before it has done anything: when it drains, when a poll moves, when the
	# database is away. Everybody is asked then, the one that drains perhaps until it hangs up, and
	# the last one has the word.
	location @elsewhere {
		proxy_pass http://plenum;
		proxy_next_upstream error timeout http_503 non_idempotent;
	}

	# Only upgrades: any other request could reach what is closed below.
	location /w/ {
		if ($plenum_process = "") {
			return 404;
		}
		if ($http_upgrade !~* ^websocket$) {
			return 404;
		}
		# The process is looked up above, while the path still names it.
		rewrite ^/w/[0-9]+(/.*)$ $1 break;
		proxy_pass http://$plenum_process;
		proxy_buffering off;
		# The server pings every ten seconds.
		proxy_read_timeout 60s;
		proxy_send_timeout 60s;
		error_page 404 = @not_found;
		error_page 502 504 = @unavailable;
		error_page 432 = @rate_limited;
	}

	# For operators, who ask each process at its own port. Plenum does not tell capitals from small letters.
	location ~* ^/(metrics|monitor|ops)(/|$) {
		error_page 404 = @not_found;
		return 404;
	}

	# What nginx itself refuses has the shape that clients know.
	location @not_found {
		default_type application/json;
		add_header X-Request-Id $plenum_request_id always;
		return 404 '{"error":{"code":"not_found","message":"There is nothing at this address.","requestId":"$plenum_request_id"}}';
	}
	location @payload_too_large {
		default_type application/json;
		add_header X-Request-Id $plenum_request_id always;
		return 413 '{"error":{"code":"payload_too_large","message":"The body is too large.","requestId":"$plenum_request_id"}}';
	}
	location @rate_limited {
		default_type application/json;
		add_header X-Request-Id $plenum_request_id always;
		add_header Retry-After 5 always;
		return 429 '{"error":{"code":"rate_limited","message":"Too many connections come from your network. Try again shortly.","requestId":"$plenum_request_id"}}';
	}
	location @unavailable {
		default_type application/json;
		add_header X-Request-Id $plenum_request_id always;
		add_header Retry-After 2 always;
		return 503 '{"error":{"code":"unavailable","message":"Plenum does not answer at the moment. Try again shortly.","requestId":"$plenum_request_id"}}';
	}
}
`;
}

function schemeOf(behind: readonly string[]): string {
	return `
# How the caller reached the load balancer; whoever is not one is not asked.
geo $realip_remote_addr $plenum_is_balancer {
	default 0;
${behind.map((network) => `\t${network} 1;`).join("\n")}
}
map "$plenum_is_balancer:$http_x_forwarded_proto" $plenum_scheme {
	default $scheme;
	1:https https;
}
`;
}

function callerOf(behind: readonly string[]): string {
	return `
	# The caller, as the load balancer saw it, in place of the load balancer.
${behind.map((network) => `\tset_real_ip_from ${network};`).join("\n")}
	real_ip_header X-Forwarded-For;
	real_ip_recursive on;
`;
}
