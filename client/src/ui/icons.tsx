/** Line icons of 24 by 24; they take the colour of the text and say nothing by themselves. */
function icon(path: string) {
	return () => (
		<svg
			class="icon"
			viewBox="0 0 24 24"
			width="24"
			height="24"
			aria-hidden="true"
			focusable="false"
		>
			<path
				d={path}
				fill="none"
				stroke="currentColor"
				stroke-width="2.4"
				stroke-linecap="round"
				stroke-linejoin="round"
			/>
		</svg>
	);
}

export const CheckIcon = icon("M5 12.5l4.5 4.5L19 7.5");
export const CrossIcon = icon("M6 6l12 12M18 6L6 18");
export const PlusIcon = icon("M12 5v14M5 12h14");
export const ArrowIcon = icon("M5 12h13M13 6l6 6-6 6");
export const ClockIcon = icon("M12 3a9 9 0 100 18 9 9 0 000-18zM12 7.5V12l3 2");
export const SlidersIcon = icon("M4 8h9M19 8h1M16 5.5v5M4 16h1M11 16h9M8 13.5v5");
export const LockIcon = icon("M7 11V8a5 5 0 0110 0v3M5.5 11h13v9h-13z");
