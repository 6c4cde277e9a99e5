// SPDX-License-Identifier: Apache-2.0
// Prices whose volatility is rough: a lognormal volatility driven by a sum of exponentials. See README.md.
#include "mms_plugin.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>

namespace {

constexpr int factors = 10;
constexpr double day = 86400e9;

enum Lane : uint32_t { volatilityLane, priceLane, highLane, lowLane };

struct Parameters {
  double volatility, hurst, eta, correlation;
};

// What follows from parameters and resolution.
struct Kernel {
  double step = 0;                         // days; 0 before prepare
  double root = 0;                         // of the step
  std::array<double, factors> weight{};    // of each factor, for steps of this length
  std::array<double, factors> decay{};     // of each factor in a step

  Kernel() = default;

  Kernel(const mms_host &host, double hurst, double days) : step(days), root(std::sqrt(days)) {
    // t^(H - 1/2) is a mixture of exponentials with density x^(-H - 1/2): one factor for each of equal parts of
    // ln x, from one over 100 days to one over a step.
    const double first = host.log_e(0.01), last = host.log_e(1 / days > 0.1 ? 1 / days : 0.1);
    const double power = 0.5 - hurst;
    for (int i = 0; i < factors; i++) {
      const double low = first + (last - first) * i / factors, high = first + (last - first) * (i + 1) / factors;
      weight[i] = host.exp(power * high) - host.exp(power * low);
      decay[i] = host.exp(-host.exp((low + high) / 2) * days);
    }
    // The variance after one day is 1, as that of t^H is.
    const double variance = varianceAfter(host, 1 / days > 1 ? 1 / days : 1);
    for (double &w : weight) w /= std::sqrt(variance);
  }

  double varianceAfter(const mms_host &host, double steps) const {
    double sum = 0;
    for (int i = 0; i < factors; i++) {
      for (int j = 0; j < factors; j++) {
        const double both = decay[i] * decay[j];
        sum += weight[i] * weight[j] * step * (1 - host.pow(both, steps)) / (1 - both);
      }
    }
    return sum;
  }
};

// What a path has come to.
struct State {
  bool hasBegun = false;
  double price = 0;  // the last close; 0 before the first row
  std::array<double, factors> factor{};
  std::array<std::array<double, factors>, factors> left{};  // what decay leaves of each pair's variance
};

class Model {
 public:
  Model(const mms_host *host, const Parameters &parameters) : host(*host), parameters(parameters) {}

  void reset() {
    kernel = Kernel();
    state = State();
  }

  void prepare(const mms_market &market) { kernel = Kernel(host, parameters.hurst, market.resolution_ns / day); }

  void begin() {
    if (kernel.step == 0) throw std::logic_error("begin was called before prepare");
    state = State();
    state.hasBegun = true;
    for (auto &row : state.left) row.fill(1);
  }

  void advance(mms_block &block, int64_t first, int64_t end, const mms_random *random) {
    if (!state.hasBegun) throw std::logic_error("advance was called before begin");
    for (int64_t row = first; row < end; row++) {
      const int64_t step = block.first_step + row;
      if (state.price == 0) state.price = block.open[row];
      const double sigma = parameters.volatility * relativeVolatility();
      const double zv = normal(random, step, volatilityLane), zp = normal(random, step, priceLane);
      const double rho = parameters.correlation;
      const double spread = sigma * kernel.root;
      const double move = spread * (rho * zv + std::sqrt(1 - rho * rho) * zp) - spread * spread / 2;
      // Extremes of a Brownian bridge between the ends, in logarithms.
      const double up = (move + reach(random, step, highLane, move, spread)) / 2;
      const double down = (move - reach(random, step, lowLane, move, spread)) / 2;
      const double open = state.price, close = open * host.exp(move);
      block.open[row] = open;
      block.mid[row] = close;
      block.high[row] = std::fmax(std::fmax(open, close), open * host.exp(up));
      block.low[row] = std::fmin(std::fmin(open, close), open * host.exp(down));
      block.volatility[row] = sigma;
      state.price = close;
      turn(zv);
    }
  }

 private:
  double normal(const mms_random *random, int64_t step, Lane lane) const {
    double value;
    host.normals(random, step, 1, lane, &value);
    return value;
  }

  double reach(const mms_random *random, int64_t step, Lane lane, double move, double spread) const {
    double u;
    host.uniforms(random, step, 1, lane, &u);
    return std::sqrt(move * move - 2 * spread * spread * host.log_e(1 - u));
  }

  // exp of the driver less half of its variance: its mean square stays 1.
  double relativeVolatility() const {
    double driver = 0, variance = 0;
    for (int i = 0; i < factors; i++) {
      driver += kernel.weight[i] * state.factor[i];
      for (int j = 0; j < factors; j++) {
        const double both = kernel.decay[i] * kernel.decay[j];
        variance += kernel.weight[i] * kernel.weight[j] * kernel.step * (1 - state.left[i][j]) / (1 - both);
      }
    }
    const double eta = parameters.eta;
    return host.exp((eta * driver - eta * eta * variance / 2) / 2);
  }

  void turn(double z) {
    for (int i = 0; i < factors; i++) {
      // The increment comes before the decay, so that a factor's variance is a geometric series in the squared decay.
      state.factor[i] = kernel.decay[i] * state.factor[i] + kernel.root * z;
      for (int j = 0; j < factors; j++) state.left[i][j] *= kernel.decay[i] * kernel.decay[j];
    }
  }

  const mms_host &host;
  const Parameters parameters;
  Kernel kernel;
  State state;
};

// No exception may cross the edge.
template <typename Body>
mms_status guarded(mms_error *error, Body body) {
  try {
    body();
    return MMS_OK;
  } catch (const std::exception &fault) {
    std::snprintf(error->text, sizeof error->text, "%s", fault.what());
  } catch (...) {
    std::snprintf(error->text, sizeof error->text, "an unknown exception");
  }
  return MMS_ERROR;
}

Model &model(mms_instance *instance) { return *reinterpret_cast<Model *>(instance); }

mms_status create(const mms_host *host, const mms_parameter *values, uint32_t count, mms_instance **out,
                  mms_error *error) {
  return guarded(error, [&] {
    if (count != 4) throw std::invalid_argument("the manifest declares other parameters than the source");
    const Parameters parameters{values[0].number, values[1].number, values[2].number, values[3].number};
    *out = reinterpret_cast<mms_instance *>(new Model(host, parameters));
  });
}

void destroy(mms_instance *instance) { delete &model(instance); }

mms_status reset(mms_instance *instance, mms_error *error) {
  return guarded(error, [&] { model(instance).reset(); });
}

mms_status prepare(mms_instance *instance, const mms_block *, const mms_market *market, mms_error *error) {
  return guarded(error, [&] { model(instance).prepare(*market); });
}

mms_status begin(mms_instance *instance, const mms_path *, mms_error *error) {
  return guarded(error, [&] { model(instance).begin(); });
}

mms_status advance(mms_instance *instance, mms_block *block, int64_t first, int64_t end, double,
                   const mms_random *random, mms_error *error) {
  return guarded(error, [&] { model(instance).advance(*block, first, end, random); });
}

mms_status clone(const mms_instance *instance, mms_instance **out, mms_error *error) {
  return guarded(error, [&] {
    *out = reinterpret_cast<mms_instance *>(new Model(*reinterpret_cast<const Model *>(instance)));
  });
}

const mms_scenario_v1 scenario = {sizeof(mms_scenario_v1), MMS_WRITES_PRICES, 0, prepare, begin, advance, nullptr};

const void *get_interface(const char *name) {
  return std::strcmp(name, MMS_SCENARIO_INTERFACE) == 0 ? &scenario : nullptr;
}

const char *const names[] = {"volatility", "hurst", "eta", "correlation"};

const mms_model description = {sizeof(mms_model), 4,       "rough-volatility/RoughVolatility-v1",
                               names,             create,  destroy,
                               reset,             get_interface, nullptr,
                               nullptr,           nullptr, clone};

const mms_model *const models[] = {&description};

const mms_plugin plugin = {
    sizeof(mms_plugin), MMS_ABI_MINOR, "rough-volatility", "1.0.0", 1, 0, models, nullptr, nullptr};

}  // namespace

MMS_EXPORT const mms_plugin *mms_plugin_entry_v1(void) { return &plugin; }
