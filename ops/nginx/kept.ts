/** The configurations that are kept in files, because whoever reads them has no Node. */
import type { Site } from "./render.ts";

/** By the path below ops/. `npx tsx ops/nginx/write.ts` writes them. */
export const kept: Readonly<Record<string, Site>> = {
	"nginx/plenum.conf": {
		listenPort: 80,
		processes: [{ port: 2601 }, { port: 2602 }],
		logFolder: "/var/log/nginx",
	},
	"docker/nginx.conf": {
		listenPort: 8080,
		processes: [
			{ host: "plenum-1", port: 2601 },
			{ host: "plenum-2", port: 2602 },
		],
		logFolder: "console",
		// Docker's own, in every network of a user's.
		resolver: "127.0.0.11",
	},
	// nginx's image fills in what stands in braces when it starts.
	"k8s/base/nginx.conf.template": {
		listenPort: 8080,
		processes: {
			statefulSet: "plenum",
			// biome-ignore lint/suspicious/noTemplateCurlyInString: filled in by nginx's image
			service: "plenum-pods.${POD_NAMESPACE}.svc.cluster.local",
			port: 2567,
		},
		logFolder: "console",
		// biome-ignore lint/suspicious/noTemplateCurlyInString: filled in by nginx's image
		resolver: "${NGINX_LOCAL_RESOLVERS}",
		// Where clusters have their pods; the network policy lets in none but the ingress controller.
		behind: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"],
	},
};
