declare module 'cytoscape-fcose' {
  import type { Ext } from 'cytoscape';

  const extension: Ext;
  // biome-ignore lint/style/noDefaultExport: the package exports it so
  export default extension;
}
