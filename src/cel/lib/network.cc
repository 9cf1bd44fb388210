// IP addresses and networks: ip, cidr.
#include "base/quote.h"
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/libraries.h"
#include "cel/lib/network_address.h"

namespace ephor::cel::lib {
namespace {

template <class T>
bool SameData(const void* a, const void* b) {
  return *static_cast<const T*>(a) == *static_cast<const T*>(b);
}
template <class T>
std::string TextOf(const void* data) {
  return static_cast<const T*>(data)->ToString();
}
constexpr OpaqueType kIpType{"net.IP", SameData<IpAddress>, nullptr, TextOf<IpAddress>};
constexpr OpaqueType kNetworkType{"net.CIDR", SameData<IpNetwork>, nullptr, TextOf<IpNetwork>};

// How addresses that hold an IPv4 address in an IPv6 one are taken. Kubernetes refuses all; the language's
// specification refuses "::ffff:1.2.3.4" and takes "::ffff:102:304" for the IPv4 address.
enum class Mapped { kRefused, kUnmapped };

template <Mapped mapped>
Result<IpAddress> ReadIp(std::string_view text) {
  Result<IpAddress> address = IpAddress::Parse(text);
  if (!address) {
    return InvalidInput("IP Address " + GoQuote(text) +
                        " parse error during conversion from string: " + address.error().message());
  }
  if (address->has_zone) {
    return InvalidInput("IP address " + GoQuote(text) + " with zone value is not allowed");
  }
  if (address->IsMapped()) {
    if (mapped == Mapped::kRefused || text.find('.') != std::string_view::npos) {
      return InvalidInput("IPv4-mapped IPv6 address " + GoQuote(text) + " is not allowed");
    }
    return address->Unmapped();
  }
  return address;
}

Result<IpNetwork> ReadNetwork(std::string_view text) {
  Result<IpNetwork> network = IpNetwork::Parse(text);
  if (!network) {
    return InvalidInput("network address parse error during conversion from string: " +
                        network.error().message());
  }
  if (network->address.IsMapped()) {
    return InvalidInput("IPv4-mapped IPv6 address " + GoQuote(text) + " is not allowed");
  }
  return network;
}

// The reference puts this before messages that begin with it already.
const std::string kNetworkPrefix = "network address parse error during conversion from string: ";

Value OfIp(const Call& call, const IpAddress& address) {
  return Value::Opaque(&kIpType, call.arena().New<IpAddress>(address), call.arena());
}
Value OfNetwork(const Call& call, const IpNetwork& network) {
  return Value::Opaque(&kNetworkType, call.arena().New<IpNetwork>(network), call.arena());
}

template <Mapped mapped>
Value Ip(Call& call, std::span<const Value> args) {
  const Result<IpAddress> address = ReadIp<mapped>(args[0].text());
  return address ? OfIp(call, *address) : call.Fail(address.error());
}
template <Mapped mapped>
Value IsIp(Call&, std::span<const Value> args) {
  return Value::Bool(ReadIp<mapped>(args[0].text()).has_value());
}
template <Mapped mapped>
Value IsCanonical(Call& call, std::span<const Value> args) {
  const Result<IpAddress> address = ReadIp<mapped>(args[0].text());
  if (!address) return call.Fail(address.error());
  return Value::Bool(address->ToString() == args[0].text());
}

template <bool (IpAddress::*question)() const>
Value Ask(Call&, std::span<const Value> args) {
  return Value::Bool((args[0].opaque<IpAddress>().*question)());
}
Value Family(Call&, std::span<const Value> args) {
  return Value::Int(args[0].opaque<IpAddress>().v4 ? 4 : 6);
}
template <class T>
Value ToString(Call& call, std::span<const Value> args) {
  return call.String(args[0].opaque<T>().ToString());
}

Value Network(Call& call, std::span<const Value> args) {
  const Result<IpNetwork> network = ReadNetwork(args[0].text());
  return network ? OfNetwork(call, *network) : call.Fail(kNetworkPrefix + network.error().message());
}
Value IsNetwork(Call&, std::span<const Value> args) {
  return Value::Bool(ReadNetwork(args[0].text()).has_value());
}

template <Mapped mapped>
Value ContainsIp(Call& call, std::span<const Value> args) {
  const auto& network = args[0].opaque<IpNetwork>();
  if (args[1].is(ValueKind::kOpaque)) return Value::Bool(network.Contains(args[1].opaque<IpAddress>()));
  const Result<IpAddress> address = ReadIp<mapped>(args[1].text());
  // The reference loses the reason.
  return address ? Value::Bool(network.Contains(*address)) : call.Fail("no such overload");
}
Value ContainsNetwork(Call& call, std::span<const Value> args) {
  const auto& network = args[0].opaque<IpNetwork>();
  if (args[1].is(ValueKind::kOpaque)) return Value::Bool(network.Contains(args[1].opaque<IpNetwork>()));
  const Result<IpNetwork> other = ReadNetwork(args[1].text());
  return other ? Value::Bool(network.Contains(*other)) : call.Fail(kNetworkPrefix + other.error().message());
}
Value AddressOf(Call& call, std::span<const Value> args) {
  return OfIp(call, args[0].opaque<IpNetwork>().address);
}
Value MaskedOf(Call& call, std::span<const Value> args) {
  return OfNetwork(call, args[0].opaque<IpNetwork>().Masked());
}
Value PrefixOf(Call&, std::span<const Value> args) {
  return Value::Int(args[0].opaque<IpNetwork>().prefix);
}

std::uint64_t TwiceCost(std::span<const Value> args, const Value&) {
  return TraversalCost(2 * CostSize(args[0]));
}
CallEstimate EstimateTwice(std::span<const Foreseen> args) {
  return {args[0].size() * (2 * kTraversal), {}};
}
constexpr Cost kTwiceCost{TwiceCost, "2a / 10", EstimateTwice};

// Addresses have 4 or 16 bytes. Both are walked as far as the network's prefix may go; a network in a network
// is masked before, and what comes as a text is read.
template <bool network, bool text>
CallEstimate EstimateContains(std::span<const Foreseen> args) {
  constexpr Range kBytes{4, 16};
  Range cost = (kBytes + kBytes) * kTraversal;
  if (network) cost = cost + kBytes * kTraversal + Range::Exactly(1);
  if (text) cost = cost + args[1].size() * kTraversal;
  return {cost, {}};
}
template <bool network, bool text>
std::uint64_t ContainsCost(std::span<const Value> args, const Value&) {
  return 1 + (network ? 2 : 0) + (text ? TraversalCost(CostSize(args[1])) : 0);
}
template <bool network, bool text>
constexpr Cost kContainsCost{ContainsCost<network, text>,
                             network ? text ? "3 + b / 10" : "3"
                             : text  ? "1 + b / 10"
                                     : "1",
                             EstimateContains<network, text>};

template <Mapped mapped>
constexpr FunctionRow kFunctions[] = {
    {"ip", "(string) -> net.IP", Ip<mapped>, "ip('10.0.0.1').family() == 4", kTraverse<0>},
    {"isIP", "(string) -> bool", IsIp<mapped>, "isIP('::1')", kTraverse<0>},
    {"ip.isCanonical", "(string) -> bool", IsCanonical<mapped>, "ip.isCanonical('2001:db8::68')", kTwiceCost},
    {"family", "net.IP.() -> int", Family, "ip('::1').family() == 6"},
    {"isUnspecified", "net.IP.() -> bool", Ask<&IpAddress::IsUnspecified>, "ip('0.0.0.0').isUnspecified()"},
    {"isLoopback", "net.IP.() -> bool", Ask<&IpAddress::IsLoopback>, "ip('127.0.0.1').isLoopback()"},
    {"isLinkLocalMulticast", "net.IP.() -> bool", Ask<&IpAddress::IsLinkLocalMulticast>,
     "ip('224.0.0.1').isLinkLocalMulticast()"},
    {"isLinkLocalUnicast", "net.IP.() -> bool", Ask<&IpAddress::IsLinkLocalUnicast>,
     "ip('169.254.1.1').isLinkLocalUnicast()"},
    {"isGlobalUnicast", "net.IP.() -> bool", Ask<&IpAddress::IsGlobalUnicast>,
     "ip('10.0.0.1').isGlobalUnicast()"},
    {"string", "(net.IP) -> string", ToString<IpAddress>, "string(ip('10.0.0.1')) == '10.0.0.1'"},
    {"cidr", "(string) -> net.CIDR", Network, "cidr('10.0.0.0/8').prefixLength() == 8", kTraverse<0>},
    {"isCIDR", "(string) -> bool", IsNetwork, "isCIDR('10.0.0.0/8')", kTraverse<0>},
    {"containsIP", "net.CIDR.(string) -> bool", ContainsIp<mapped>,
     "cidr('10.0.0.0/8').containsIP('10.1.2.3')", kContainsCost<false, true>},
    {"containsIP", "net.CIDR.(net.IP) -> bool", ContainsIp<mapped>,
     "cidr('10.0.0.0/8').containsIP(ip('10.1.2.3'))", kContainsCost<false, false>},
    {"containsCIDR", "net.CIDR.(string) -> bool", ContainsNetwork,
     "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", kContainsCost<true, true>},
    {"containsCIDR", "net.CIDR.(net.CIDR) -> bool", ContainsNetwork,
     "cidr('10.0.0.0/8').containsCIDR(cidr('10.1.0.0/16'))", kContainsCost<true, false>},
    {"ip", "net.CIDR.() -> net.IP", AddressOf, "cidr('10.0.0.1/8').ip() == ip('10.0.0.1')"},
    {"masked", "net.CIDR.() -> net.CIDR", MaskedOf, "cidr('10.0.0.1/8').masked() == cidr('10.0.0.0/8')"},
    {"prefixLength", "net.CIDR.() -> int", PrefixOf, "cidr('10.0.0.0/8').prefixLength() == 8"},
    {"string", "(net.CIDR) -> string", ToString<IpNetwork>, "string(cidr('10.0.0.0/8')) == '10.0.0.0/8'"},
};

constexpr TypeRow kTypes[] = {{"net.IP", &kIpType}, {"net.CIDR", &kNetworkType}};

}  // namespace

const Library& Network() {
  static const Library library{"network", kFunctions<Mapped::kRefused>, {}, kTypes};
  return library;
}

const Library& SpecifiedNetwork() {
  static const Library library{"network", kFunctions<Mapped::kUnmapped>, {}, kTypes};
  return library;
}

}  // namespace ephor::cel::lib
