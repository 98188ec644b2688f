// SPDX-License-Identifier: Apache-2.0
// The functions of the C library under names that do not meet ours.

import Glibc

func powerReference(_ x: Double, _ exponent: Double) -> Double { pow(x, exponent) }
func sineReference(_ x: Double) -> Double { sin(x) }
func expReference(_ x: Double) -> Double { exp(x) }
func logReference(_ x: Double) -> Double { log(x) }
func tanhReference(_ x: Double) -> Double { tanh(x) }
