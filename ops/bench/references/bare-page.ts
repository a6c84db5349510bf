/** A form in one file: what a page costs that does nothing. */
import { createServer } from "node:http";

const PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><title>Form</title>
<form><label>Nickname <input name="nickname"></label> <button>Join</button></form></html>`;

const server = createServer((_request, response) => {
	response.setHeader("content-type", "text/html");
	response.end(PAGE);
});
server.listen(Number(process.env["PORT"]), "127.0.0.1", () => console.log("ready"));
process.on("SIGTERM", () => process.exit(0));
