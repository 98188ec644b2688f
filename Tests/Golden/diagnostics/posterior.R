# SPDX-License-Identifier: Apache-2.0
# Diagnostics of draws.tsv by the R package posterior, the reference implementation of [VGSCB21]. Writes posterior.tsv: case, quantity,
# value, with the version of the package in the first line. ess_sd is that of squared deviations, as releases since 1.6.1 have it;
# it is written out here, because older ones took absolute deviations. Run in this folder: Rscript posterior.R
library(posterior)

cases <- list()
for (line in readLines("draws.tsv")) {
  cells <- strsplit(line, "\t")[[1]]
  values <- as.numeric(ifelse(cells[-1] == "inf", "Inf", ifelse(cells[-1] == "nan", "NaN", cells[-1])))
  cases[[cells[1]]] <- cbind(cases[[cells[1]]], values)
}
quantities <- list(
  rHat = rhat,
  rHatSplit = rhat_basic,
  rHatRaw = function(x) rhat_basic(x, split = FALSE),
  essBulk = ess_bulk,
  essTail = ess_tail,
  essMean = ess_mean,
  essSd = function(x) ess_mean((x - mean(x))^2),
  essMedian = ess_median,
  essRaw = function(x) ess_basic(x, split = FALSE),
  essQ1 = function(x) ess_quantile(x, 0.01, names = FALSE),
  essQ30 = function(x) ess_quantile(x, 0.3, names = FALSE),
  essQ100 = function(x) ess_quantile(x, 1, names = FALSE),
  mcseMean = mcse_mean,
  mcseSd = mcse_sd,
  mcseMedian = mcse_median,
  mcseQ5 = function(x) mcse_quantile(x, 0.05, names = FALSE),
  mcseQ95 = function(x) mcse_quantile(x, 0.95, names = FALSE)
)
lines <- paste0("# posterior ", packageVersion("posterior"), ", R ", getRversion())
for (case in names(cases)) {
  for (quantity in names(quantities)) {
    value <- tryCatch(suppressWarnings(quantities[[quantity]](cases[[case]])), error = function(e) NA)
    lines <- c(lines, paste(case, quantity, if (is.na(value)) "NA" else sprintf("%.17g", value), sep = "\t"))
  }
}
writeLines(lines, "posterior.tsv")
