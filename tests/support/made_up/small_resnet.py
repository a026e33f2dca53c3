"""A small residual network as torchvision writes them: shared in-place ReLU, batch normalization, a shortcut."""

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, channels: int, out: int, stride: int = 1):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out)
        self.conv2, self.bn2 = nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out)
        self.relu, self.downsample = nn.ReLU(inplace=True), None
        if stride > 1:
            self.downsample = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        y += x if self.downsample is None else self.downsample(x)
        return self.relu(y)


class SmallResNet(nn.Module):
    def __init__(self, classes: int = 3, channels: int = 3):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, 4, 7, 2, 3, bias=False), nn.BatchNorm2d(4)
        self.relu, self.maxpool = nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)
        self.layer1, self.layer2 = Block(4, 4), Block(4, 6, 2)
        self.avgpool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(6, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.layer1(self.maxpool(self.relu(self.bn1(self.conv1(x)))))
        return self.fc(torch.flatten(self.avgpool(self.layer2(x)), 1))


def resnet(classes: int = 3, seed: int = 0) -> SmallResNet:
    """Return an untrained network."""
    torch.manual_seed(seed)
    return SmallResNet(classes)


def colored(count: int = 30, side: int = 24, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Return images of noise, of which class i is brighter in channel i, and their classes."""
    images = torch.randn((count, 3, side, side), generator=torch.Generator().manual_seed(seed))
    labels = torch.arange(count) % 3
    images[torch.arange(count), labels] += 1
    return images, labels


def trained(steps: int = 20) -> SmallResNet:
    """Return a network that tells the classes of `colored` apart."""
    network, (images, labels) = resnet(), colored()
    optimizer = torch.optim.Adam(network.parameters(), 0.02)
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(images), labels).backward()
        optimizer.step()
    return network
