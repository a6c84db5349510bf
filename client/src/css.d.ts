/** Style sheets are imported for their effect; Vite puts them beside the chunk. */
declare module "*.css" {}
