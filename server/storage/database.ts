/** One handle for both databases: PostgreSQL through a pool, or PGlite in a worker thread. */
export interface Statement {
	readonly text: string;
	readonly values?: readonly unknown[];
	/** Prepared once per connection under this name, where the database can. */
	readonly name?: string;
}

export interface Connection {
	/** Rejects with the database's own error (its `code` is the SQLSTATE), or with a connection error. */
	query<Row>(statement: Statement): Promise<readonly Row[]>;
	/** Never rejects. */
	close(): Promise<void>;
}

export interface Database extends Connection {
	readonly kind: "postgres" | "embedded";
	/** A connection of its own, outside the pool; with PGlite the one there is. */
	connect(purpose: string): Promise<Connection>;
	/** Of the pool, where there is one. */
	readonly load?: () => {
		readonly total: number;
		readonly idle: number;
		readonly waiting: number;
		readonly max: number;
	};
	/** Several statements without parameters, as one implicit transaction. */
	execute(script: string): Promise<void>;
}
