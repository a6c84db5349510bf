/** The nginx of production in front of a cluster: one origin for everybody, whoever of it lives. */

import { render } from "../../../ops/nginx/render.ts";
import { freePort } from "../../../ops/services/free-port.ts";
import { startNginx } from "../../../ops/services/nginx-server.ts";
import { type ClusterOptions, ClusterUnderTest } from "./cluster-under-test.ts";
import { tempDir } from "./databases.ts";

export interface Front {
	readonly origin: string;
	stop(): Promise<void>;
}

/** A cluster whose people all come through nginx. */
export async function startFrontedCluster(
	options: Pick<ClusterOptions, "processes" | "databaseUrl">,
): Promise<{ readonly cluster: ClusterUnderTest; readonly front: Front }> {
	const cluster = await ClusterUnderTest.start({
		...options,
		environment: { TRUSTED_PROXIES: "loopback" },
		publicAddress: (port) => `/w/${port}`,
	});
	const [directory, listenPort] = [await tempDir(), await freePort()];
	const processes = cluster.ports.map((port) => ({ port }));
	const site = render({ listenPort, processes, logFolder: directory });
	const nginx = await startNginx({ directory, site });
	return {
		cluster,
		front: { origin: `http://127.0.0.1:${listenPort}`, stop: () => nginx.stop() },
	};
}
