/** The three levels of a pino logger that storage uses. */
export interface StorageLog {
	info(fields: object, message: string): void;
	warn(fields: object, message: string): void;
	error(fields: object, message: string): void;
}
