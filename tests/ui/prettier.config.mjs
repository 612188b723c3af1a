// One way to write the browser's code and its tests. Templates are left as they were written.
export default { printWidth: 120, embeddedLanguageFormatting: "off" };
