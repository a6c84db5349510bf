/**
 * The web client's files. Pages are looked at anew each time, assets never again: their names
 * carry a hash of their content. Where no pages were built, their addresses are 404 like any other.
 */
import { join } from "node:path";
import express, { type RequestHandler, Router } from "express";
import helmet from "helmet";

export interface PageParts {
	/** Folder of the built pages. */
	readonly pagesFolder: string;
	/** `host[:port][/path]` where this process is reached directly, if configured. */
	readonly publicAddress: string | undefined;
}

/** HTML file by route. */
const PAGES = {
	"/": "home.html",
	"/host": "new.html",
	"/j/:code": "join.html",
	"/h/:code": "host.html",
	"/p/:code": "projector.html",
	"/r/:code": "results.html",
};

export function pageRoutes({ pagesFolder, publicAddress }: PageParts): Router {
	const assets = join(pagesFolder, "assets");
	const router = Router();
	router.get(
		"/assets/:name",
		precompressed,
		express.static(pagesFolder, { immutable: true, maxAge: "1y", index: false, redirect: false }),
	);
	const policy = contentPolicy(publicAddress);
	for (const [route, file] of Object.entries(PAGES)) {
		router.get(route, policy, (_request, response, next) => {
			response.set("Cache-Control", "no-cache");
			response.sendFile(file, { root: pagesFolder, cacheControl: false }, (error) => {
				if (error && !response.headersSent) next();
			});
		});
	}
	return router;

	// Answers with the smaller twin that the build has put beside the asset.
	function precompressed(
		...[request, response, next]: Parameters<RequestHandler<{ name: string }>>
	): void {
		const encoding = request.acceptsEncodings("br", "gzip");
		const suffix = encoding === "br" ? ".br" : encoding === "gzip" ? ".gz" : undefined;
		const { name } = request.params;
		if (suffix === undefined || !/\.(js|css|svg)$/.test(name)) return next();
		response.type(name.slice(name.lastIndexOf(".")));
		response.set({ "Content-Encoding": encoding || "identity", Vary: "Accept-Encoding" });
		const options = { root: assets, immutable: true, maxAge: "1y" };
		response.sendFile(`${name}${suffix}`, options, (error) => {
			if (!error || response.headersSent) return;
			response.removeHeader("Content-Encoding");
			response.removeHeader("Content-Type");
			next();
		});
	}
}

/** Nothing but our own; the WebSocket goes to the own host, or to any process at the public address's host. */
function contentPolicy(publicAddress: string | undefined): RequestHandler {
	const publicHost = publicAddress?.split(/[:/]/)[0];
	const direct = publicHost ? `${publicHost}:*` : undefined;
	const hosts = (own: string | undefined) => [own, direct].filter((host) => host !== undefined);
	return helmet.contentSecurityPolicy({
		useDefaults: false,
		directives: {
			defaultSrc: ["'none'"],
			scriptSrc: ["'self'"],
			styleSrc: ["'self'"],
			imgSrc: ["'self'", "data:", "blob:"],
			fontSrc: ["'self'"],
			manifestSrc: ["'self'"],
			connectSrc: [
				"'self'",
				(request) =>
					hosts(request.headers.host)
						.flatMap((host) => [`ws://${host}`, `wss://${host}`])
						.join(" "),
			],
			baseUri: ["'none'"],
			formAction: ["'self'"],
			frameAncestors: ["'none'"],
		},
	});
}
