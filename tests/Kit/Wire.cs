using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Mediation.Kit;

/// <summary>The wire between a service and a server that others use too: it can be cut and mended. While it is cut,
/// connections break and new ones are refused at once, as when the server is away.</summary>
public sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, bool> sockets = new();
    private readonly CancellationTokenSource end = new();
    private readonly string host;
    private readonly int port;
    private readonly Task accepting;
    private volatile bool cut;

    public Wire(string host, int port)
    {
        (this.host, this.port) = (host, port);
        listener.Start();
        accepting = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Cuts the wire until the returned value is disposed.</summary>
    public IAsyncDisposable Cut()
    {
        cut = true;
        Break();
        return new Mended(this);
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        Break();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
    }

    private void Break()
    {
        foreach (var socket in sockets.Keys)
            socket.Dispose();
        sockets.Clear();
    }

    private async Task Accept()
    {
        while (true)
        {
            var near = await listener.AcceptSocketAsync(end.Token);
            if (cut)
                near.Dispose();
            else
                _ = Connect(near);
        }
    }

    private async Task Connect(Socket near)
    {
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        sockets[near] = sockets[far] = true;
        try
        {
            await far.ConnectAsync(host, port, end.Token);
            await Task.WhenAny(Copy(near, far), Copy(far, near));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Either end is gone; the other is closed below.
        }
        finally
        {
            near.Dispose();
            sockets.TryRemove(near, out var _);
            sockets.TryRemove(far, out var _);
        }
    }

    private async Task Copy(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, end.Token) is > 0 and var read)
                await to.SendAsync(buffer.AsMemory(0, read), end.Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // As when a server dies: whoever waits on the other end finds the connection closed.
        }
    }

    private sealed class Mended(Wire wire) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            wire.cut = false;
            return ValueTask.CompletedTask;
        }
    }
}
