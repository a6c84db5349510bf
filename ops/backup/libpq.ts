/** A database's address as PostgreSQL's own programs take it: in the environment, which `ps` does not show. */
const FROM_QUERY: Readonly<Record<string, string>> = {
	host: "PGHOST",
	port: "PGPORT",
	user: "PGUSER",
	password: "PGPASSWORD",
	sslmode: "PGSSLMODE",
	sslrootcert: "PGSSLROOTCERT",
	sslcert: "PGSSLCERT",
	sslkey: "PGSSLKEY",
	options: "PGOPTIONS",
};

export function libpqEnvironment(address: string): NodeJS.ProcessEnv {
	const url = new URL(address);
	const given: NodeJS.ProcessEnv = {
		PGHOST: decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, "$1"),
		PGPORT: url.port,
		PGUSER: decodeURIComponent(url.username),
		PGPASSWORD: decodeURIComponent(url.password),
		PGDATABASE: decodeURIComponent(url.pathname.slice(1)),
	};
	for (const [name, value] of url.searchParams) {
		const variable = FROM_QUERY[name];
		if (variable !== undefined) given[variable] = value;
	}
	// Words of node-postgres that libpq does not know.
	if (given["PGSSLMODE"] === "no-verify" || url.searchParams.get("ssl") === "true") {
		given["PGSSLMODE"] = "require";
	}
	const set = Object.entries(given).filter(([, value]) => value !== "");
	return {
		...process.env,
		PGCONNECT_TIMEOUT: "10",
		PGAPPNAME: "plenum:backup",
		...Object.fromEntries(set),
	};
}

/** For people: where it is, without user and password. */
export function placeOf(address: string): string {
	const { host, pathname } = new URL(address);
	return `${pathname.slice(1)} at ${host}`;
}
