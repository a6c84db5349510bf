/** Pictures as files of the browser. */
import type { ChartPicture } from "./chart-picture.ts";

/** Twice the size: sharp on a slide. */
const PIXELS_PER_UNIT = 2;

/** Rejects where the browser cannot draw it. */
export async function pngOf({ svg, width, height }: ChartPicture): Promise<Blob> {
	const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
	try {
		const image = new Image();
		image.src = address;
		await image.decode();
		const canvas = document.createElement("canvas");
		canvas.width = width * PIXELS_PER_UNIT;
		canvas.height = height * PIXELS_PER_UNIT;
		canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
		return await new Promise((resolve, reject) => {
			canvas.toBlob((blob) => {
				if (blob === null) reject(new Error("the canvas could not be made a PNG"));
				else resolve(blob);
			}, "image/png");
		});
	} finally {
		URL.revokeObjectURL(address);
	}
}

// Some browsers begin to read only after the click has returned.
const KEEP_MS = 60_000;

export function saveFile(file: Blob, name: string): void {
	const address = URL.createObjectURL(file);
	const link = document.createElement("a");
	link.href = address;
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(address), KEEP_MS);
}
