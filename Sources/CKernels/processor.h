// SPDX-License-Identifier: Apache-2.0
// How one source becomes code for several processors. ELBO_CLONES compiles a function three times and binds the best
// version when the program is loaded; elbo_processor_level() answers where a kernel chooses by hand.

#ifndef ELBO_PROCESSOR_H
#define ELBO_PROCESSOR_H

enum elbo_processor_level { ELBO_PROCESSOR_BASELINE, ELBO_PROCESSOR_AVX2, ELBO_PROCESSOR_AVX512 };

// A build with -DELBO_PROCESSOR_LIMIT=0 or 1 pretends that the machine has no more than the baseline or AVX2, so that
// the tests can be run on all three paths wherever the processor has AVX-512.
#ifndef ELBO_PROCESSOR_LIMIT
#define ELBO_PROCESSOR_LIMIT 2
#endif

// The code that binds a version runs before the runtime of the thread sanitizer is there, and calls into it.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ELBO_CLONES
#endif
#endif

// The microarchitecture levels, not single features: "avx2" alone has no fused multiply-add.
#if defined(ELBO_CLONES)
#elif defined(__x86_64__) && ELBO_PROCESSOR_LIMIT == 1
#define ELBO_CLONES __attribute__((target_clones("arch=x86-64-v3", "default")))
#elif defined(__x86_64__) && ELBO_PROCESSOR_LIMIT == 2
#define ELBO_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define ELBO_CLONES
#endif

// Iterations are independent even when output and input are the same array, which the compiler cannot know.
#define ELBO_LOOP _Pragma("clang loop vectorize(assume_safety)")

#define ELBO_INLINE static inline __attribute__((always_inline))

static inline enum elbo_processor_level elbo_processor_level(void) {
#if defined(__x86_64__)
    if (ELBO_PROCESSOR_LIMIT > 1 && __builtin_cpu_supports("x86-64-v4")) return ELBO_PROCESSOR_AVX512;
    if (ELBO_PROCESSOR_LIMIT > 0 && __builtin_cpu_supports("x86-64-v3")) return ELBO_PROCESSOR_AVX2;
#endif
    return ELBO_PROCESSOR_BASELINE;
}

#endif
