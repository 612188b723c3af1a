// @ts-check
// The banks of Vietnam that transfers by VietQR go to, with the six digits that name each. Pure.

/** @type {[bin: string, name: string][]} */
export const BANKS = [
  ["970436", "Vietcombank"],
  ["970415", "VietinBank"],
  ["970418", "BIDV"],
  ["970405", "Agribank"],
  ["970407", "Techcombank"],
  ["970422", "MBBank"],
  ["970416", "ACB"],
  ["970432", "VPBank"],
  ["970423", "TPBank"],
  ["970403", "Sacombank"],
  ["970437", "HDBank"],
  ["970441", "VIB"],
  ["970443", "SHB"],
  ["970448", "OCB"],
  ["970426", "MSB"],
  ["970431", "Eximbank"],
  ["970454", "BanViet"],
  ["970400", "SaigonBank"],
  ["970438", "BaoViet Bank"],
  ["970409", "Bac A Bank"],
  ["970408", "GPBank"],
];

/** The name of the bank with these digits; "" where it is not in the list. @param {string} bin */
export const bankOf = (bin) => BANKS.find(([known]) => known === bin.trim())?.[1] ?? "";
