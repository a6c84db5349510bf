/** An address as a QR code; its container gives the size. */
import { encode } from "uqr";
import { sharedTexts } from "../i18n/texts/shared.ts";
import "./qr-code.css";

/** Four modules of quiet zone, as ISO/IEC 18004 asks for. */
const BORDER = 4;

export function QrCode({ address }: { readonly address: string }) {
	const { data, size } = encode(address, { border: BORDER, ecc: "M" });
	return (
		<svg
			class="qr-code"
			viewBox={`0 0 ${size} ${size}`}
			role="img"
			aria-label={sharedTexts.value.qrLabel(address)}
			shape-rendering="crispEdges"
		>
			<path d={data.map(rowPath).join("")} />
		</svg>
	);
}

/** The dark modules of a row, run by run. */
function rowPath(row: readonly boolean[], y: number): string {
	let path = "";
	let start = -1;
	for (let x = 0; x <= row.length; x += 1) {
		if (row[x] && start < 0) start = x;
		if (!row[x] && start >= 0) {
			path += `M${start} ${y}h${x - start}v1h-${x - start}z`;
			start = -1;
		}
	}
	return path;
}
