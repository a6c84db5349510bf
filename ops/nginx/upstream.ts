/** What nginx calls the processes: a list of them, or the pods of a stateful set. */
/** Has `/w/PORT` for its PUBLIC_ADDRESS. */
export interface Process {
	readonly port: number;
	/** A name or an address; 127.0.0.1 when not given. */
	readonly host?: string;
}

/** The pods of a stateful set, however many there are: pod N has `/w/N` for its PUBLIC_ADDRESS. */
export interface Pods {
	readonly statefulSet: string;
	/** Full name of the headless service; nginx knows no search domains. */
	readonly service: string;
	readonly port: number;
}

export interface Upstream {
	readonly servers: readonly string[];
	/** From a path to its process. */
	readonly routes: readonly string[];
	readonly about: string;
}

export function ofList(processes: readonly Process[]): Upstream {
	const named = processes.map(({ port, host = "127.0.0.1" }) => ({
		port,
		server: `${host}:${port}`,
	}));
	return {
		servers: named.map(({ server }) => server),
		routes: named.map(({ port, server }) => `~^/w/${port}/ ${server};`),
		about: `#   /w/PORT/   WebSockets of exactly the process that listens on PORT
#   the rest   any process: whatever one of them can answer, all of them can
#
# The processes run with PORT=PORT PUBLIC_ADDRESS=/w/PORT, TRUSTED_PROXIES that holds nginx (loopback,
# where all are on one machine) and the same DATABASE_URL and REDIS_URL.`,
	};
}

export function ofPods({ statefulSet, service, port }: Pods): Upstream {
	return {
		servers: [`${service}:${port}`],
		routes: [`"~^/w/(?<plenum_pod>[0-9]{1,3})/" ${statefulSet}-$plenum_pod.${service}:${port};`],
		about: `#   /w/N/      WebSockets of exactly the pod with the number N
#   the rest   any pod: whatever one of them can answer, all of them can
#
# The pods run with PUBLIC_ADDRESS=/w/N, TRUSTED_PROXIES that holds nginx, and the same DATABASE_URL
# and REDIS_URL. Pods come and go without a change here.`,
	};
}
