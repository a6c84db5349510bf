/** What the server will say about a nickname, said before it is sent. */
import { defaultLimits } from "../../../../schema/limits.ts";

const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
const BROKEN = /[\p{Cc}\p{Cs}]/u;

export type NicknameProblem = "empty" | "long" | "characters";

export function nicknameProblem(
	typed: string,
	max = defaultLimits.nicknameMax,
): NicknameProblem | undefined {
	const nickname = typed.trim();
	if (nickname === "") return "empty";
	if ([...nickname].length > max) return "long";
	return BROKEN.test(nickname) || !VISIBLE.test(nickname) ? "characters" : undefined;
}
