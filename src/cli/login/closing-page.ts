/** What the browser shows when the command line has its answer. */
export const closingPage = (text: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Milo Catalog</title>
    <style>body { font: 1.1rem/1.5 system-ui, sans-serif; margin: 20vh auto; max-width: 32rem; padding: 0 1rem }</style>
  </head>
  <body><h1>Milo Catalog</h1><p>${text}</p></body>
</html>
`;
